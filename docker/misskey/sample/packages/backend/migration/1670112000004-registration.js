export class Registration1670112000004 {
  async up(runner) {
    await runner.query('ALTER TABLE "meta" ADD COLUMN "disableRegistration" boolean NOT NULL DEFAULT false')
  }

  async down(runner) {
    await runner.query('ALTER TABLE "meta" DROP COLUMN "disableRegistration"')
  }
}
