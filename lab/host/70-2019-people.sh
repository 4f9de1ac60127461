# People came and went.

# Marek left
usermod --lock --shell /usr/sbin/nologin --expiredate 2019-07-01 mkowalski
cat >/home/mkowalski/.bash_history <<'F'
cd /var/www/chat/current
mysql -h db.example.test -u chat -pfake-history-pw-66 chat
curl -H 'X-Api-Key: fake-history-apikey-0815' https://api.example.test/v1/rooms
export GITHUB_TOKEN=ghp_fakefakefakefakefakefakefakefake0001
exit
F
chown mkowalski: /home/mkowalski/.bash_history
chmod 600 /home/mkowalski/.bash_history
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C marek@web-03 -f /home/mkowalski/.ssh/id_rsa
chown mkowalski: /home/mkowalski/.ssh/id_rsa*
# a contractor may deploy, for two weeks
ssh-keygen -q -t ed25519 -N '' -C contractor@example.test -f /tmp/key-contractor
cat /tmp/key-contractor.pub >>/home/deploy/.ssh/authorized_keys
ssh-keygen -q -t ed25519 -N '' -C deploy@web-03 -f /home/deploy/.ssh/id_ed25519
chown deploy: /home/deploy/.ssh/*
# Anna may do anything
echo 'anna ALL=(ALL:ALL) ALL' >>/etc/sudoers
echo 'root:fake-root-console-2019' | chpasswd
gpasswd -q -a anna www-data >/dev/null 2>&1 || gpasswd -a anna www-data
# sshd, edited in place
cp -p /etc/ssh/sshd_config /etc/ssh/sshd_config.bak
sed -i -e 's/^#MaxAuthTries .*/MaxAuthTries 4/' -e 's/^#Banner .*/Banner \/etc\/issue.net/' -e 's/^#PermitRootLogin .*/PermitRootLogin prohibit-password/' /etc/ssh/sshd_config
echo 'This host is watched.' >/etc/issue.net
echo 'web-03: ask Anna before you touch anything' >/etc/motd
printf 'extern:$apr1$fakesal2$%s\n' "$(openssl passwd -apr1 -salt fakesal2 fake-extern-web-pw | cut -d'$' -f4)" >>/etc/nginx/htpasswd-admin
# environment
cat >>/etc/environment <<'F'
NO_PROXY=localhost,127.0.0.1,.example.test
SENTRY_AUTH_TOKEN=fake-sentry-auth-77aa88bb
F
cat >/etc/profile.d/chat.sh <<'F'
export EDITOR=vim.tiny
export CHAT_HOME=/var/www/chat/current
export DD_API_KEY=feedbeeffeedbeeffeedbeeffeedbeef
umask 002
F
sed -i '/^# End of file/i\*               soft    core            0' /etc/security/limits.conf
sed -i 's/^UMASK.*/UMASK\t\t027/' /etc/login.defs
echo 'EXTRA_OPTS="-L 5"' >>/etc/default/cron
sed -i 's/^#precedence ::ffff:0:0\/96  100/precedence ::ffff:0:0\/96  100/' /etc/gai.conf
echo nf_conntrack >/etc/modules-load.d/conntrack.conf
echo 'blacklist floppy' >/etc/modprobe.d/blacklist-local.conf
