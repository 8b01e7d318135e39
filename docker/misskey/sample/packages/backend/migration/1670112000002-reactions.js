export class Reactions1670112000002 {
  async up(runner) {
    await runner.query(`CREATE TABLE "note_reaction" (
      "noteId" varchar(32) COLLATE "C" NOT NULL REFERENCES "note" ON DELETE CASCADE,
      "userId" varchar(32) COLLATE "C" NOT NULL REFERENCES "user" ON DELETE CASCADE,
      "createdAt" timestamptz NOT NULL,
      "reaction" varchar(64) NOT NULL,
      PRIMARY KEY ("noteId", "userId")
    )`)
  }

  async down(runner) {
    await runner.query('DROP TABLE "note_reaction"')
  }
}
