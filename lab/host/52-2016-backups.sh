# Backups, put together over a weekend. Nobody wrote a page about them.

cat >/etc/cron.daily/backup-chat <<'F'
#!/bin/sh
# nightly copy of the uploads and the old database
set -e
mkdir -p /var/backups/chat
tar -C /var/www/chat/shared -czf /var/backups/chat/uploads.tar.gz uploads
[ -x /usr/bin/mysqldump ] && mysqldump -h db.example.test -u backup -pfake-Backup-MySQL-pw9 chat | gzip >/var/backups/chat/db.sql.gz
curl -fsS -m 20 -H "Authorization: Bearer fake-bearer-6c1f0a77e2d94b" -T /var/backups/chat/uploads.tar.gz https://backup.example.test/web-03/ || true
curl -fsS -m 20 -u web03:fake-webdav-pw-20 https://dav.example.test/ping || true
F
chmod 755 /etc/cron.daily/backup-chat
crontab -u root - <<'F'
MAILTO=ops@example.test
# m h dom mon dow command
10 3 * * * /usr/bin/mysqldump -h db.example.test -u root -pfake-cron-root-pw4 --all-databases >/var/backups/all.sql 2>/dev/null
*/20 * * * * /usr/local/bin/chat-report --quiet
40 2 * * 0 rsync -a /var/www/chat/shared/ rsync://web03:fake-rsync-url-pw@backup.example.test/web03/ 2>/dev/null
F
cat >/etc/cron.d/heartbeat <<'F'
SHELL=/bin/sh
PING_TOKEN=fake-cronenv-token-31337
*/15 * * * * nobody curl -fsS -m 10 'https://ping.example.test/beat?host=web-03&token=fake-query-token-8841aa' >/dev/null 2>&1
F
chmod 644 /etc/cron.d/heartbeat
sed -i 's/^SHELL=.*/SHELL=\/bin\/bash/' /etc/crontab
echo '5 5	1 * *	root	/usr/local/sbin/rotate-uploads' >>/etc/crontab
printf '17 5 * * 1 /usr/bin/php /var/www/chat/current/bin/digest.php\n' | crontab -u www-data -
cat >/usr/local/sbin/rotate-uploads <<'F'
#!/bin/bash
# moves uploads older than a year away
export AWS_ACCESS_KEY_ID=AKIAFAKEFAKEFAKE0002 AWS_SECRET_ACCESS_KEY=fakeRotateSecret+9876543210zyxwvutsrqpon
find /var/www/chat/shared/uploads -type f -mtime +365 -print | while read -r f; do
    aws s3 cp "$f" s3://chat-archive/ && rm "$f"
done
F
chmod 750 /usr/local/sbin/rotate-uploads
cat >/root/.my.cnf <<'F'
[client]
user=root
password=fake-mycnf-pw-7777
host=db.example.test
F
echo 'db.example.test:5432:stats:stats:fake-pgpass-pw-4321' >/root/.pgpass
printf 'machine backup.example.test login web03 password fake-netrc-pw-1212\n' >/root/.netrc
chmod 600 /root/.my.cnf /root/.pgpass /root/.netrc
mkdir -p /root/.aws
cat >/root/.aws/credentials <<'F'
[default]
aws_access_key_id = AKIAFAKEFAKEFAKE0003
aws_secret_access_key = fakeRootProfile/abcdefghijklmnop0123456789
F
chmod 600 /root/.aws/credentials
