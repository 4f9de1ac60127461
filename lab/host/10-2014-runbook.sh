# The runbook's page "A new web server", followed line by line by two people in 2014, and again
# after each upgrade of Debian. Everything in it is written down.

apt-get update -qq
install='apt-get install -y -qq --no-install-recommends'

# 1 packages
$install nginx php8.2-fpm php8.2-cli php8.2-sqlite3 php8.2-mysql php8.2-mbstring php8.2-xml php8.2-curl \
    php8.2-gd php8.2-intl php8.2-zip php8.2-bcmath php8.2-apcu
$install postfix libsasl2-modules bsd-mailx
$install cron rsyslog logrotate git curl rsync acl attr libcap2-bin openssl less vim-tiny
$install locales tzdata nftables iptables
$install redis-server
