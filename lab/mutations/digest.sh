# Prints the state of a host, one line a thing, so that two moments can be compared. Runs inside the host.
# What moves by itself is left out: logs, caches, spools, backups of passwd, uploads, sessions.
export LC_ALL=C
left_out='^\./(proc|sys|dev|run|tmp|var/(log|cache|tmp|spool/postfix|mail|backups|lib/(systemd|logrotate|php/sessions|dpkg/(info|status-old|lock|triggers)|apt/lists|redis|postfix|snmp)))(/|$)|^\./(etc/(passwd|group|shadow|gshadow|subuid|subgid)-|var/lib/dpkg/(status|diversions-old|available)|var/www/chat/shared/(db|uploads|log)/.*|root/\.cache(/.*)?|etc/\.pwd\.lock)( |$)'
cd /
find . -xdev \( -type f -o -type l -o -type d \) -printf '%p %y %m %u %g %l\n' | grep -vE "$left_out" | awk '{ print "file " $0 }'
find etc usr/local usr/share/php var/www opt root home srv var/spool/cron var/lib/apt/extended_states var/lib/dpkg/statoverride var/lib/dpkg/diversions \
    -xdev -type f -print0 | grep -zvE '^etc/(passwd|group|shadow|gshadow|subuid|subgid)-$|^var/www/chat/shared/(db|uploads|log)/|/__pycache__/|^root/\.cache/' | xargs -0 sha256sum | sed 's/^/content /'
sha256sum usr/bin/crontab usr/bin/jq usr/bin/less usr/bin/curl usr/lib/php/20220829/*.so usr/lib/systemd/system/*.service usr/lib/php/8.2/* 2>/dev/null | sed 's/^/content /'
dpkg -l | awk '/^[a-z][a-z] / { print "package", $1, $2, $3 }'
systemctl list-unit-files --no-legend --no-pager | awk '{ print "unit", $1, $2 }'
find run/systemd/system -type f 2>/dev/null | sed 's/^/runtime /'
systemctl list-units --all --no-legend --no-pager --plain --type=service,timer,socket,mount |
    awk '$1 !~ /^(session|user|user-runtime|run-|systemd-hostnamed|systemd-tmpfiles-clean|logrotate|phpsessionclean|apt-daily|dpkg-db-backup|systemd-timedated|systemd-localed|e2scrub|fstrim|chat-digest\.service|modprobe)/ { print "state", $1, $3, $4 }'
ss -Hltnu | awk '{ print "port", $1, $5 }'
ps -eo user:20,args --no-headers | awk '$2 !~ /^(ps|awk|bash|sh|sort|sshd:|php-fpm|local|cleanup|trivial-rewrite|bounce|smtp|smtpd|pickup|qmgr|tlsmgr|anvil|flush|showq|proxymap|\/lib\/systemd\/systemd-hostnamed)/ { print "process", $0 }' | grep -v -e 'digest.sh' -e CRON -e '(sd-pam)'
grep -vE ' /run/user| /proc| /sys' /proc/self/mounts | awk '{ print "mount", $2, $3, $4 }' | sed 's/lowerdir.*//'
sysctl -a 2>/dev/null | grep -E '^net\.(ipv4\.(ip_|tcp_(syn|keep|fin))|core)' | sed 's/^/sysctl /'
ip -o addr | awk '{ print "address", $2, $3, $4 }'
ip route | sed 's/^/route /'
nft list ruleset 2>/dev/null | sed -E 's/packets [0-9]+ bytes [0-9]+//; s/^/firewall /'
hostname | sed 's/^/hostname /'
getcap -r /usr/bin /usr/sbin /usr/local 2>/dev/null | sed 's/^/capability /'
getfacl -sRp /etc /var/log/nginx /var/www 2>/dev/null | sed 's/^/acl /'
lsattr /etc/nginx 2>/dev/null | sed 's/^/attribute /'
