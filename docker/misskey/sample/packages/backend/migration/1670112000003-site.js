export class Site1670112000003 {
  async up(runner) {
    await runner.query(
      `CREATE TABLE "meta" ("name" varchar(128) NOT NULL, "description" varchar(1024) NOT NULL)`,
    )
    await runner.query(`INSERT INTO "meta" VALUES (
      'Bluecore sample',
      'This is the Bluecore sample, a stand-in with part of the API of Misskey. It is not Misskey.'
    )`)
  }

  async down(runner) {
    await runner.query('DROP TABLE "meta"')
  }
}
