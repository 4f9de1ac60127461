-- The tables of yum 3.4 as far as they are read, with what an old host has in them.
PRAGMA page_size = 512;
CREATE TABLE pkgtups (pkgtupid INTEGER PRIMARY KEY, name TEXT NOT NULL, arch TEXT NOT NULL, epoch TEXT NOT NULL, version TEXT NOT NULL, release TEXT NOT NULL, checksum TEXT);
CREATE TABLE trans_beg (tid INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, rpmdb_version TEXT NOT NULL, loginuid INTEGER);
CREATE TABLE trans_end (tid INTEGER PRIMARY KEY REFERENCES trans_beg, timestamp INTEGER NOT NULL, rpmdb_version TEXT NOT NULL, return_code INTEGER NOT NULL);
CREATE TABLE trans_data_pkgs (tid INTEGER NOT NULL REFERENCES trans_beg, pkgtupid INTEGER NOT NULL REFERENCES pkgtups, done BOOL NOT NULL DEFAULT FALSE, state TEXT NOT NULL);
CREATE TABLE trans_cmdline (tid INTEGER NOT NULL REFERENCES trans_beg, cmdline TEXT NOT NULL);
INSERT INTO pkgtups VALUES (1, 'httpd', 'x86_64', '0', '2.4.6', '45.el7', 'sha256:1'), (2, 'apr', 'x86_64', '0', '1.4.8', '3.el7', 'sha256:2'), (3, 'telnet', 'x86_64', '1', '0.17', '59.el7', 'sha256:3'), (4, 'lynx', 'x86_64', '0', '2.8', '1', 'sha256:4');
INSERT INTO trans_beg VALUES (1, 1393668000, '300:a', 1001), (2, 1393671600, '302:b', 4294967295), (3, 1393675200, '302:b', 0), (6, 1425204000, '303:c', 1001);
INSERT INTO trans_end VALUES (1, 1393668060, '302:b', 0), (2, 1393671660, '303:c', 0), (3, 1393675260, '302:b', 1), (6, 1425204060, '302:d', 0);
INSERT INTO trans_cmdline VALUES (1, '-y install httpd'), (2, 'install telnet'), (3, 'install lynx'), (6, 'erase telnet');
INSERT INTO trans_data_pkgs VALUES (1, 1, 'TRUE', 'Install'), (1, 2, 'TRUE', 'Dep-Install'), (2, 3, 'TRUE', 'True-Install'), (3, 4, 'FALSE', 'Install'), (6, 3, 'TRUE', 'Erase');
