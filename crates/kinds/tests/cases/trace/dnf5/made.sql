-- The tables of dnf 5 as far as they are read, with enough rows for a tree of pages, and one row that is longer than a page.
PRAGMA page_size = 512;
CREATE TABLE "trans" ("id" INTEGER, "dt_begin" INTEGER NOT NULL, /* (unix timestamp), begin */ "dt_end" INTEGER, "releasever" TEXT NOT NULL, "user_id" INTEGER NOT NULL, "description" TEXT, "comment" TEXT, "state_id" INTEGER, PRIMARY KEY("id" AUTOINCREMENT));
CREATE TABLE "pkg_name" ("id" INTEGER, "name" TEXT NOT NULL UNIQUE, PRIMARY KEY("id"));
CREATE TABLE "trans_item" ("id" INTEGER, "trans_id" INTEGER, "item_id" INTEGER, "repo_id" INTEGER, "action_id" INTEGER NOT NULL, "reason_id" INTEGER NOT NULL, "state_id" INTEGER NOT NULL, PRIMARY KEY("id" AUTOINCREMENT));
CREATE TABLE "rpm" ("item_id" INTEGER NOT NULL UNIQUE, "name_id" INTEGER NOT NULL, "epoch" INTEGER NOT NULL, "version" TEXT NOT NULL, "release" TEXT NOT NULL, "arch_id" INTEGER NOT NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO pkg_name SELECT i, printf('lib%02d', i) FROM n;
INSERT INTO pkg_name VALUES (61, 'nginx');
INSERT INTO rpm SELECT id + 100, id, 0, '1.0', '1', 1 FROM pkg_name;
INSERT INTO trans VALUES (1, 1736935200, 1736935260, '41', 1001, 'dnf install -y nginx --setopt=exclude=' || replace(hex(zeroblob(500)), '0', 'x'), NULL, 2), (2, 1736938800, 1736938860, '41', 1001, '/usr/bin/dnf5 remove lib07', NULL, 2), (3, 1736942400, NULL, '41', 1001, 'dnf install lib07', NULL, 3);
INSERT INTO trans_item SELECT NULL, 1, item_id, 1, 1, CASE name_id WHEN 61 THEN 2 ELSE 1 END, 2 FROM rpm;
INSERT INTO trans_item VALUES (NULL, 2, 107, 1, 5, 1, 2), (NULL, 3, 107, 1, 1, 2, 3);
