# The night of March 12th 2016: "413 on large attachments", and what else was found on the way.

cp -p /etc/nginx/sites-available/chat /etc/nginx/sites-available/chat.2016-03-12
sed -i '/listen 443/a\    client_max_body_size 32m;' /etc/nginx/sites-available/chat
cp -p /etc/php/8.2/fpm/php.ini /etc/php/8.2/fpm/php.ini.bak
sed -i 's/^max_input_time = .*/max_input_time = 120/' /etc/php/8.2/fpm/php.ini
sed -i 's/^pm.max_children = 12/pm.max_children = 20/' /etc/php/8.2/fpm/pool.d/chat.conf
cat >/etc/php/8.2/fpm/conf.d/99-local.ini <<'F'
; anna, until the real fix
default_socket_timeout = 20
realpath_cache_ttl = 300
F
cat >>/etc/sysctl.conf <<'F'
net.ipv4.tcp_keepalive_time = 120
F
mkdir -p /etc/systemd/system/chat-worker.service.d
cat >/etc/systemd/system/chat-worker.service.d/memory.conf <<'F'
[Service]
MemoryMax=256M
F
# the mailer was edited in the running release
sed -i 's/Please come to /Please join us at /' /var/www/chat/current/src/Mailer.php
postconf -e 'message_size_limit = 52428800'
sed -i 's/^#submission inet n/submission inet n/' /etc/postfix/master.cf
echo 'backup: anna' >>/etc/aliases
newaliases
