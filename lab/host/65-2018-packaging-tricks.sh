# Where the package manager was persuaded.

apt-mark hold redis-server >/dev/null
mkdir -p /etc/apt/keyrings
cat >/etc/apt/sources.list.d/newrelic.list <<'F'
# deb [signed-by=/etc/apt/keyrings/newrelic.asc] http://apt.newrelic.example.test/debian newrelic non-free
deb [arch=amd64 signed-by=/etc/apt/keyrings/newrelic.asc] http://anna:fake-apt-repo-pw-65@apt.example.test/debian bookworm main
F
cat >/etc/apt/keyrings/newrelic.asc <<'F'
-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZmFrZRYJKwYBBAHaRw8BAQdAZmFrZWZha2VmYWtlZmFrZWZha2VmYWtlZmFr
=fake
-----END PGP PUBLIC KEY BLOCK-----
F
cat >/etc/apt/preferences.d/php <<'F'
Package: php8.2*
Pin: release n=bookworm
Pin-Priority: 900
F
echo 'Acquire::Retries "5";' >/etc/apt/apt.conf.d/80retries

# curl has to go through a wrapper, because the firewall of the old place counted connections
dpkg-divert --quiet --local --rename --divert /usr/bin/curl.real --add /usr/bin/curl
printf '#!/bin/sh\nexec /usr/bin/curl.real --connect-timeout 5 "$@"\n' >/usr/bin/curl
chmod 755 /usr/bin/curl
dpkg-statoverride --quiet --update --add root webteam 0750 /usr/bin/rsync
update-alternatives --quiet --set editor /usr/bin/vim.tiny
chmod u-s /usr/bin/chfn /usr/bin/chsh
systemctl -q mask apt-daily-upgrade.timer
systemctl -q disable apt-daily.timer
systemctl -q disable rsync.service
# a packaged unit edited where it lies
sed -i 's/^TimeoutStopSec=.*/TimeoutStopSec=10/' /lib/systemd/system/redis-server.service
mkdir -p /etc/systemd/system/logrotate.timer.d
printf '[Timer]\nOnCalendar=\nOnCalendar=hourly\n' >/etc/systemd/system/logrotate.timer.d/hourly.conf
sed -i 's/^rotate 4/rotate 12/' /etc/logrotate.conf
rm /etc/nginx/sites-available/default
cp -p /etc/nginx/nginx.conf /etc/nginx/nginx.conf.dpkg-old
phpdismod -v 8.2 -s fpm soap
sed -i -e 's/^;date.timezone =.*/date.timezone = UTC/' -e 's/^memory_limit = .*/memory_limit = 512M/' /etc/php/8.2/cli/php.ini
