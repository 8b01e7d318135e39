export class DriveFiles1670112000001 {
  async up(runner) {
    await runner.query(`CREATE TABLE "drive_file" (
      "id" varchar(32) COLLATE "C" PRIMARY KEY,
      "createdAt" timestamptz NOT NULL,
      "userId" varchar(32) COLLATE "C" NOT NULL REFERENCES "user" ON DELETE CASCADE,
      "name" varchar(256) NOT NULL,
      "type" varchar(128) NOT NULL,
      "md5" varchar(32) NOT NULL,
      "size" integer NOT NULL,
      "blurhash" varchar(128),
      "properties" jsonb NOT NULL,
      "accessKey" varchar(64) NOT NULL UNIQUE,
      "thumbnailAccessKey" varchar(64) UNIQUE
    )`)
    await runner.query('CREATE INDEX "drive_file_user_md5" ON "drive_file" ("userId", "md5")')
  }

  async down(runner) {
    await runner.query('DROP TABLE "drive_file"')
  }
}
