# Three of the many deployments by "cap production deploy".

www=/var/www/chat
mkdir -p $www/releases $www/shared/{uploads,log,config,db}
export GIT_AUTHOR_NAME=anna GIT_AUTHOR_EMAIL=anna@example.test GIT_COMMITTER_NAME=anna GIT_COMMITTER_EMAIL=anna@example.test
git init -q --bare -b master $www/repo
git -C $www/repo remote add --mirror=fetch origin 'https://deploy:fake-git-token-9f8e7d6c5b@git.example.test/team/chat.git'

# deploy TIME VERSION
deploy() {
    local release=$www/releases/$1 work=/tmp/work-$1 revision
    rm -rf $work
    cp -r /tmp/lab/app $work
    echo "$2" >$work/VERSION
    printf '/.env\n/config/database.php\n/public/uploads\n' >$work/.gitignore
    GIT_AUTHOR_DATE="${1:0:8}T${1:8:6}Z" GIT_COMMITTER_DATE="${1:0:8}T${1:8:6}Z" git --git-dir=$www/repo --work-tree=$work add -A
    GIT_AUTHOR_DATE="${1:0:8}T${1:8:6}Z" GIT_COMMITTER_DATE="${1:0:8}T${1:8:6}Z" git --git-dir=$www/repo --work-tree=$work commit -qm "Release $2"
    revision=$(git -C $www/repo rev-parse HEAD)
    mkdir $release
    git -C $www/repo archive HEAD | tar -C $release -x
    echo "$revision" >$release/REVISION
    ln -s $www/shared/.env $release/.env
    ln -s $www/shared/config/database.php $release/config/database.php
    ln -s $www/shared/uploads $release/public/uploads
    ln -sfn $www/releases/$1 $www/current
    echo "Branch master (at ${revision:0:7}) deployed as release $1 by anna" >>$www/revisions.log
}
deploy 20160311142210 1.0.0
deploy 20180522093011 1.2.7
deploy 20231107161804 1.4.2
echo 'anna rolled back to release 20180522093011' >>$www/revisions.log
echo 'anna rolled forward to release 20231107161804' >>$www/revisions.log

cat >$www/shared/.env <<'F'
APP_ENV=production
APP_URL=https://chat.example.test
APP_KEY=base64:ZmFrZS1hcHAta2V5LTAxMjM0NTY3ODkwMTIzNDU2Nzg=
DATABASE_URL=mysql://chat:fake-mysql-url-pw-3310@db.example.test:3306/chat
JWT_SECRET=fake-jwt-secret-b7c1e0d94a
STRIPE_SECRET_KEY=sk_live_fake51Hq0000000000000000
AWS_ACCESS_KEY_ID=AKIAFAKEFAKEFAKE0001
AWS_SECRET_ACCESS_KEY=fakeSecretKey/0123456789abcdefghijklmnop
MAIL_FROM=noreply@chat.example.test
SLACK_WEBHOOK=https://hooks.slack.com/services/T00FAKE00/B00FAKE00/fakefakefakefakefakefake
SENTRY_DSN=https://fake0sentry0key0000000000000000@sentry.example.test/4
F
cat >$www/shared/config/database.php <<'F'
<?php
return [
    'dsn' => 'sqlite:/var/www/chat/shared/db/chat.sqlite',
    'username' => 'chat',
    'password' => 'fake-array-db-pw-1187',
    // the old one, until everybody has moved
    'legacy' => new class {
        public string $dsn = 'mysql:host=db.example.test;dbname=chat;user=chat;password=fake-pdo-dsn-pw-552';
    },
];
F
chown -R deploy:deploy $www
chown -R deploy:www-data $www/shared/{uploads,log,config,db,.env}
chmod 640 $www/shared/.env $www/shared/config/database.php
chmod 2775 $www/shared/{uploads,log,db}
for user in alice bob; do php $www/current/bin/adduser.php $user fake-chat-$user-pw; done
chown deploy:www-data $www/shared/db/chat.sqlite
chmod 664 $www/shared/db/chat.sqlite

# the background worker and the digest, as the deployment's first task installed them
cat >/etc/systemd/system/chat-worker.service <<'F'
[Unit]
Description=Counts the messages of the chat
After=network.target

[Service]
User=www-data
Group=www-data
Environment=WORKER_PAUSE=5 QUEUE_PASSWORD=fake-unit-queue-pw-61
ExecStart=/usr/bin/php /var/www/chat/current/bin/worker.php
SyslogIdentifier=chat-worker
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
F
cat >/etc/systemd/system/chat-digest.service <<'F'
[Unit]
Description=Mails the digest of the chat

[Service]
Type=oneshot
User=www-data
ExecStart=/usr/bin/php /var/www/chat/current/bin/digest.php
F
cat >/etc/systemd/system/chat-digest.timer <<'F'
[Unit]
Description=Mails the digest of the chat every morning

[Timer]
OnCalendar=*-*-* 06:40:00
Persistent=false

[Install]
WantedBy=timers.target
F
systemctl enable -q chat-worker.service chat-digest.timer
crontab -u deploy - <<'F'
# Begin Whenever generated tasks for: chat
15 4 * * * find /var/www/chat/shared/log -name '*.log.*' -mtime +60 -delete
# End Whenever generated tasks for: chat
F
