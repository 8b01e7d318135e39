// Ids begin with the time: sorted as bytes ("C"), they are sorted by age.
export class UsersAndNotes1670112000000 {
  async up(runner) {
    await runner.query(`CREATE TABLE "user" (
      "id" varchar(32) COLLATE "C" PRIMARY KEY,
      "createdAt" timestamptz NOT NULL,
      "username" varchar(20) NOT NULL,
      "usernameLower" varchar(20) NOT NULL UNIQUE,
      "isAdmin" boolean NOT NULL,
      "tokenHash" bytea NOT NULL UNIQUE,
      "sealedToken" bytea NOT NULL
    )`)
    await runner.query(`CREATE TABLE "note" (
      "id" varchar(32) COLLATE "C" PRIMARY KEY,
      "createdAt" timestamptz NOT NULL,
      "userId" varchar(32) COLLATE "C" NOT NULL REFERENCES "user" ON DELETE CASCADE,
      "text" text,
      "visibility" varchar(16) NOT NULL,
      "fileIds" varchar(32)[] NOT NULL
    )`)
  }

  async down(runner) {
    await runner.query('DROP TABLE "note"')
    await runner.query('DROP TABLE "user"')
  }
}
