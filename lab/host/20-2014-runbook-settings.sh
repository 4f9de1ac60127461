# The runbook's page "A new web server": settings.

# 2 locale, time, name
sed -i 's/^# *\(en_US.UTF-8 UTF-8\|de_DE.UTF-8 UTF-8\)/\1/' /etc/locale.gen
locale-gen >/dev/null
update-locale LANG=en_US.UTF-8
ln -sfn /usr/share/zoneinfo/Europe/Berlin /etc/localtime
echo Europe/Berlin >/etc/timezone

# 3 kernel and limits
cat >/etc/sysctl.d/60-web.conf <<'F'
# web servers, see the runbook
net.core.somaxconn = 4096
net.ipv4.tcp_fin_timeout = 15
net.ipv4.ip_local_port_range = 10240 65535
vm.swappiness = 10
fs.file-max = 500000
F
cat >/etc/security/limits.d/web.conf <<'F'
www-data soft nofile 16384
www-data hard nofile 16384
F
mkdir -p /etc/systemd/system/nginx.service.d /etc/systemd/system/php8.2-fpm.service.d
printf '[Service]\nLimitNOFILE=16384\n' >/etc/systemd/system/nginx.service.d/limits.conf
printf '[Service]\nLimitNOFILE=16384\nRestart=on-failure\n' >/etc/systemd/system/php8.2-fpm.service.d/override.conf

# 4 people
groupadd --gid 1500 webteam
useradd --create-home --shell /bin/bash --comment 'Anna Beispiel' --uid 1501 --groups webteam,adm anna
useradd --create-home --shell /bin/bash --comment 'Marek Kowalski' --uid 1502 --groups webteam mkowalski
echo 'anna:fake-anna-login-2014' | chpasswd
echo 'mkowalski:fake-marek-login-2014' | chpasswd
for who in anna mkowalski; do
    install -d -m 700 -o $who -g $who /home/$who/.ssh
    ssh-keygen -q -t ed25519 -N '' -C "$who@laptop" -f /tmp/key-$who
    install -m 600 -o $who -g $who /tmp/key-$who.pub /home/$who/.ssh/authorized_keys
done
cat >/etc/sudoers.d/webteam <<'F'
%webteam ALL=(root) NOPASSWD: /usr/sbin/nginx -t, /bin/systemctl reload nginx, /bin/systemctl reload php8.2-fpm
F
chmod 440 /etc/sudoers.d/webteam
# the release folder belongs to the deploying user
usermod -aG www-data deploy

# 5 mail leaves through the relay
postconf -e 'myhostname = web-03.chat.example.test' 'mydestination = $myhostname, web-03, localhost.localdomain, localhost' \
    'relayhost = [smtp.relay.example.test]:587' 'inet_interfaces = loopback-only' \
    'smtp_sasl_auth_enable = yes' 'smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd' \
    'smtp_sasl_security_options = noanonymous' 'smtp_tls_security_level = may' 'compatibility_level = 3.6' 'mynetworks = 127.0.0.0/8'
echo '[smtp.relay.example.test]:587 web03:fake-Relay-Pa55-7731' >/etc/postfix/sasl_passwd
chmod 600 /etc/postfix/sasl_passwd
postmap /etc/postfix/sasl_passwd
echo chat.example.test >/etc/mailname
cat >/etc/aliases <<'F'
postmaster: root
root: deploy
moderators: deploy
noreply: /dev/null
F
newaliases

# 6 logs
cat >/etc/rsyslog.d/30-chat.conf <<'F'
if $programname == 'chat-worker' then /var/log/chat-worker.log
& stop
F
cat >/etc/logrotate.d/chat <<'F'
/var/log/chat-worker.log /var/www/chat/shared/log/*.log {
    weekly
    rotate 8
    compress
    missingok
    notifempty
}
F

# 7 ssh
cat >/etc/ssh/sshd_config.d/50-hardening.conf <<'F'
PasswordAuthentication no
X11Forwarding no
ClientAliveInterval 300
F

# 8 git, for deployments
git config --system user.name 'web-03'
git config --system user.email 'root@web-03.chat.example.test'
git config --system --add safe.directory /opt/ops-scripts

# 9 firewall
cat >/etc/nftables.conf <<'F'
#!/usr/sbin/nft -f
flush ruleset
table inet filter {
    chain input {
        type filter hook input priority 0; policy accept;
        ct state established,related accept
        iif lo accept
        tcp dport 6379 drop
        tcp dport 5666 ip saddr != 10.57.0.0/16 drop
    }
}
F
systemctl enable -q nftables

# 10 mounts
cat >>/etc/fstab <<'F'
tmpfs /var/cache/chat tmpfs size=32m,mode=1777 0 0
nas.example.test:/export/backup /mnt/backup nfs noauto,ro,soft 0 0
F
mkdir -p /var/cache/chat /mnt/backup
