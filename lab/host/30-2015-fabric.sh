# What the fabfile pushed: php settings, pools, nginx sites. "fab web:web-03 setup".

# php, for the web
sed -i -e 's/^memory_limit = .*/memory_limit = 256M/' \
    -e 's/^upload_max_filesize = .*/upload_max_filesize = 20M/' \
    -e 's/^post_max_size = .*/post_max_size = 24M/' \
    -e 's/^;date.timezone =.*/date.timezone = Europe\/Berlin/' \
    -e 's/^expose_php = .*/expose_php = Off/' /etc/php/8.2/fpm/php.ini
cat >/etc/php/8.2/mods-available/chat.ini <<'F'
; priority=90
session.gc_maxlifetime = 7200
session.cookie_secure = 0
opcache.validate_timestamps = 1
opcache.revalidate_freq = 2
F
phpenmod -v 8.2 -s fpm chat

# pools
groupadd --system chatadmin
useradd --system --gid chatadmin --home-dir /nonexistent --shell /usr/sbin/nologin chatadmin
mv /etc/php/8.2/fpm/pool.d/www.conf /etc/php/8.2/fpm/pool.d/www.conf.disabled
cat >/etc/php/8.2/fpm/pool.d/chat.conf <<'F'
[chat]
user = www-data
group = www-data
listen = /run/php/chat.sock
listen.owner = www-data
listen.group = www-data
listen.backlog = 1024
pm = dynamic
pm.max_children = 12
pm.start_servers = 2
pm.min_spare_servers = 2
pm.max_spare_servers = 2
pm.max_requests = 0
pm.status_path = /fpm-status
ping.path = /fpm-ping
request_terminate_timeout = 60s
slowlog = /var/log/php8.2-fpm-chat-slow.log
request_slowlog_timeout = 5s
catch_workers_output = yes
php_admin_value[error_log] = /var/log/php8.2-fpm-chat.log
php_admin_flag[log_errors] = on
php_admin_value[sendmail_path] = /usr/sbin/sendmail -t -i -f noreply@chat.example.test
php_value[max_execution_time] = 45
php_value[memory_limit] = 192M
php_admin_value[open_basedir] = /var/www/chat:/tmp:/var/lib/php/sessions:/var/cache/chat:/usr/share/php
env[APP_ENV] = production
env[DB_PASSWORD] = fake-fpm-db-Kq83
env[NEW_RELIC_LICENSE_KEY] = fake00nr1icense000000000000000000000NRAL
F
cat >/etc/php/8.2/fpm/pool.d/admin.conf <<'F'
[admin]
user = chatadmin
group = chatadmin
listen = /run/php/admin.sock
listen.owner = www-data
listen.group = www-data
pm = static
pm.max_children = 1
php_admin_value[memory_limit] = 64M
php_admin_value[disable_functions] = exec,passthru,shell_exec,system
env[ADMIN_TOKEN] = fake-admin-token-5d41402abc4b2a76
F

# nginx
cat >/etc/nginx/conf.d/10-log.conf <<'F'
log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent $request_time';
F
cat >/etc/nginx/conf.d/20-limits.conf <<'F'
client_max_body_size 20m;
limit_req_zone $binary_remote_addr zone=login:1m rate=20r/s;
server_names_hash_bucket_size 64;
F
cat >/etc/nginx/snippets/php-chat.conf <<'F'
include fastcgi_params;
fastcgi_param SCRIPT_FILENAME $document_root/index.php;
fastcgi_param SCRIPT_NAME /index.php;
fastcgi_param APP_RELEASE $realpath_root;
fastcgi_pass unix:/run/php/chat.sock;
fastcgi_read_timeout 65s;
F
mkdir -p /etc/nginx/tls
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=chat.example.test \
    -addext 'subjectAltName=DNS:chat.example.test,DNS:www.chat.example.test' \
    -keyout /etc/nginx/tls/chat.key -out /etc/nginx/tls/chat.crt 2>/dev/null
chmod 600 /etc/nginx/tls/chat.key
cat >/etc/nginx/sites-available/chat <<'F'
server {
    listen 80;
    server_name chat.example.test www.chat.example.test;

    root /var/www/chat/current/public;
    include snippets/chat-locations.conf;
}

server {
    listen 443 ssl http2;
    server_name chat.example.test www.chat.example.test;
    ssl_certificate /etc/nginx/tls/chat.crt;
    ssl_certificate_key /etc/nginx/tls/chat.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:2m;
    add_header Strict-Transport-Security "max-age=31536000";

    root /var/www/chat/current/public;
    include snippets/chat-locations.conf;
}
F
cat >/etc/nginx/snippets/chat-locations.conf <<'F'
access_log /var/log/nginx/chat.access.log timed;
error_log /var/log/nginx/chat.error.log warn;
error_page 502 503 504 @maintenance;
rewrite ^/rooms/([a-z]+)$ /?room=$1 last;

location = /healthz {
    access_log off;
    include snippets/php-chat.conf;
}
location = /favicon.ico { return 204; access_log off; }
location ^~ /assets/ {
    expires 7d;
    location ~ \.map$ { deny all; }
    location ~* \.(css|js)$ {
        expires 30d;
        add_header Cache-Control public;
    }
}
location ~ /\.(?!well-known) { deny all; }
location ~* "^/(?<year>20[0-9]{2})/archive" { return 301 /?year=$year; }
location = /login {
    limit_req zone=login burst=40 nodelay;
    include snippets/php-chat.conf;
}
location = /upload {
    client_max_body_size 16m;
    client_body_timeout 120s;
    include snippets/php-chat.conf;
}
location /api/ {
    add_header X-Api v1;
    include snippets/php-chat.conf;
}
location /protected/ {
    internal;
    alias /var/www/chat/shared/uploads/;
}
location /uploads { return 403; }
location / { try_files $uri @app; }
location @app { include snippets/php-chat.conf; }
location @maintenance {
    root /var/www/maintenance;
    try_files /maintenance.html =503;
}
F
cat >/etc/nginx/sites-available/static <<'F'
server {
    listen 80;
    server_name static.example.test *.cdn.example.test;
    root /var/www/static;
    index index.html;
    autoindex off;
    gzip on;
    gzip_types text/css application/javascript;
    location / { try_files $uri $uri/ =404; }
    location /img/ { expires max; }
}
F
cat >/etc/nginx/sites-available/old-chat <<'F'
server {
    listen 80;
    server_name old-chat.example.test ~^chat(?<n>[0-9]+)\.example\.test$;
    location /bugs { return 410; }
    location / { return 301 https://chat.example.test$request_uri; }
}
F
cat >/etc/nginx/sites-available/admin <<'F'
server {
    listen 8081;
    server_name admin.chat.example.test;
    root /var/www/admin;
    auth_basic "Admin";
    auth_basic_user_file /etc/nginx/htpasswd-admin;
    location / { try_files $uri /index.php; }
    location ~ \.php$ {
        try_files $uri =404;
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_pass unix:/run/php/admin.sock;
    }
    location /billing/ {
        proxy_set_header Authorization "Basic ZmFrZS1iaWxsaW5nOmZha2UtQjFsbGluZy1wdw==";
        proxy_pass http://127.0.0.1:8099/;
    }
}
F
cat >/etc/nginx/sites-available/status <<'F'
server {
    listen 127.0.0.1:8080;
    location = /nginx_status { stub_status; }
    location ~ ^/fpm-(status|ping)$ {
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $fastcgi_script_name;
        fastcgi_pass unix:/run/php/chat.sock;
    }
}
F
printf 'admin:$apr1$fakesalt$%s\n' "$(openssl passwd -apr1 -salt fakesalt fake-admin-web-pw | cut -d'$' -f4)" >/etc/nginx/htpasswd-admin
chown root:www-data /etc/nginx/htpasswd-admin
chmod 640 /etc/nginx/htpasswd-admin
rm /etc/nginx/sites-enabled/default
for site in chat static old-chat admin status; do ln -s ../sites-available/$site /etc/nginx/sites-enabled/$site; done
sed -i -e 's/worker_connections 768;/worker_connections 4096;/' -e 's/# server_tokens off;/server_tokens off;/' /etc/nginx/nginx.conf
sed -i 's/^worker_processes auto;/worker_processes 2;/' /etc/nginx/nginx.conf

# static pages
mkdir -p /var/www/static/img /var/www/maintenance /var/www/admin
echo '<h1>static</h1>' >/var/www/static/index.html
echo '<h1>We are back soon</h1>' >/var/www/maintenance/maintenance.html
cat >/var/www/admin/index.php <<'F'
<?php
define('DB_USER', 'chat_admin');
define('DB_PASSWORD', 'fake-define-pw-Zx91');
echo 'admin ', PHP_VERSION, "\n";
F

# redis, for the rate limits of the old application
sed -i -e 's/^# maxmemory <bytes>/maxmemory 64mb/' -e 's/^# requirepass foobared/requirepass fake-redis-pass-0042/' \
    -e 's/^save 900 1/# save 900 1/' /etc/redis/redis.conf
