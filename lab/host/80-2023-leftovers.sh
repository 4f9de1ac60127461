# What was left lying about when everything moved to Debian 12.

cp -p /etc/redis/redis.conf /etc/redis/redis.conf.bak
cp -p /etc/crontab /etc/crontab.dpkg-old
openssl genrsa -traditional -out /root/old-chat.key 2048 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -aes256 -pass pass:fake-key-passphrase -out /root/partner.key 2>/dev/null
chmod 600 /root/old-chat.key /root/partner.key
cat >/root/notes.txt <<'F'
new backup box: user web03, password: fake-notes-password-88
GoDaddy API: GD_API_KEY=fake-godaddy-key-7654 / GD_API_SECRET=fake-godaddy-secret-3210
F
cat >/root/.npmrc <<'F'
//registry.npmjs.org/:_authToken=npm_fakefakefakefakefakefakefakefake0001
F
mkdir -p /root/.docker
cat >/root/.docker/config.json <<'F'
{"auths": {"registry.example.test": {"auth": "ZmFrZS1yZWdpc3RyeTpmYWtlLVIzZ2lzdHJ5LXB3"}}}
F
chmod 600 /root/.npmrc /root/.docker/config.json
cat >/var/www/admin/legacy.inc.php <<'F'
<?php
$db = mysqli_connect('db.example.test', 'legacy', 'fake-mysqli-arg-pw-19', 'legacy');
$smtp = new SmtpClient('smtp.relay.example.test', ['auth_user' => 'web03', 'auth_pass' => 'fake-smtp-array-pw-3']);
$google = 'AIzaFakeFakeFakeFakeFakeFakeFakeFake000';
$twilio = ['sid' => 'ACfakefakefakefakefakefakefakefake', 'token' => 'fa4e71110fa4e71110fa4e71110fa4e7'];
F
cat >/etc/logrotate.d/php-slow <<'F'
/var/log/php8.2-fpm-chat*.log {
    weekly
    rotate 4
    missingok
}
F
# somebody's experiment, never started again
cat >/etc/systemd/system/push-gateway.service <<'F'
[Unit]
Description=Push gateway (experiment)

[Service]
User=nobody
ExecStart=/usr/local/bin/busybox httpd -f -p 9091
Environment=FCM_SERVER_KEY=AAAAfakefcm:APA91bFakeFakeFakeFakeFake

[Install]
WantedBy=multi-user.target
F
chown root:root /etc/systemd/system/push-gateway.service
