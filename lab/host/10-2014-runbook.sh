# The runbook's page "A new web server": packages. Everything in it is written down.

apt-get update -qq
want() { apt-get install -y -qq --no-install-recommends "$@"; }

want nginx
want php8.2-fpm php8.2-cli php8.2-sqlite3 php8.2-mysql php8.2-mbstring php8.2-xml php8.2-curl \
    php8.2-gd php8.2-intl php8.2-zip php8.2-bcmath php8.2-apcu
want postfix libsasl2-modules bsd-mailx
want cron rsyslog logrotate git curl rsync acl libcap2-bin openssl
want locales tzdata
want nftables iptables
want redis-server
