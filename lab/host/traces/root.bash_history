#1457822460
tail -f /var/log/nginx/error.log
#1457822599
cd /etc/nginx/sites-available
#1457822619
cp -p /etc/nginx/sites-available/chat /etc/nginx/sites-available/chat.2016-03-12
#1457822795
ls -la
#1457822906
sed -i '/listen 443/a\    client_max_body_size 32m;' /etc/nginx/sites-available/chat
#1457822913
nginx -t
#1457823070
systemctl reload nginx
#1457823256
cp -p /etc/php/8.2/fpm/php.ini /etc/php/8.2/fpm/php.ini.bak
#1457823350
sed -i 's/^max_input_time = .*/max_input_time = 120/' /etc/php/8.2/fpm/php.ini
#1457823412
sed -i 's/^pm.max_children = 12/pm.max_children = 20/' /etc/php/8.2/fpm/pool.d/chat.conf
#1457823457
vi /etc/php/8.2/fpm/conf.d/99-local.ini
#1457823559
systemctl restart php8.2-fpm
#1457823602
tail -f /var/log/nginx/error.log
#1457823763
echo 'net.ipv4.tcp_keepalive_time = 120' >> /etc/sysctl.conf
#1457823808
sysctl -p
#1457823830
sysctl -w net.ipv4.tcp_syn_retries=3
#1457823902
mkdir -p /etc/systemd/system/chat-worker.service.d
#1457824017
printf '[Service]\nMemoryMax=256M\n' > /etc/systemd/system/chat-worker.service.d/memory.conf
#1457824194
systemctl daemon-reload
#1457824220
systemctl restart chat-worker
#1457824304
sed -i 's/Please come to /Please join us at /' /var/www/chat/current/src/Mailer.php
#1457824319
postconf -e 'message_size_limit = 52428800'
#1457824461
sed -i 's/^#submission inet n/submission inet n/' /etc/postfix/master.cf
#1457824637
systemctl restart postfix
#1457824698
echo 'backup: anna' >> /etc/aliases
#1457824763
newaliases
#1457824950
exit
#1463824920
vi /etc/cron.daily/backup-chat
#1463825036
chmod 755 /etc/cron.daily/backup-chat
#1463825192
run-parts --test /etc/cron.daily
#1463825357
crontab -e
#1463825466
mkdir -p /var/backups/chat
#1463825499
vi /usr/local/sbin/rotate-uploads
#1463825600
chmod 750 /usr/local/sbin/rotate-uploads
#1463825774
vi /etc/cron.d/heartbeat
#1463825903
chmod 644 /etc/cron.d/heartbeat
#1463826084
sed -i 's/^SHELL=.*/SHELL=\/bin\/bash/' /etc/crontab
#1463826161
vi /root/.my.cnf
#1463826342
chmod 600 /root/.my.cnf
#1463826510
mysql -h db.example.test -u root -pfake-roothist-pw-2105 -e 'show processlist'
#1486115280
apt-get install jq php-pear python3-pip
#1486115367
vi /usr/local/bin/chat-report
#1486115468
chmod 755 /usr/local/bin/chat-report
#1486115607
mkdir -p /root/debs
#1486115707
cd /root/debs
#1486115812
apt-get download tree busybox-static jq less
#1486115993
dpkg-deb -x /root/debs/busybox-static_*.deb /tmp/busybox
#1486116071
install -m 755 /tmp/busybox/bin/busybox /usr/local/bin/busybox
#1486116101
setcap cap_net_bind_service=+ep /usr/local/bin/busybox
#1486116133
cd /tmp/chat-tools-0.9
#1486116143
make install
#1486116224
pip3 install --break-system-packages --no-index /tmp/chat_metrics-1.2.0-py3-none-any.whl
#1486116326
pear install --offline /tmp/Chat_Smilies-1.0.3.tgz
#1486116451
vi /usr/share/php/Archive/Tar.php
#1486116557
git clone https://git.example.test/ops/scripts.git /opt/ops-scripts
#1486116569
echo 'df -h' >>/opt/ops-scripts/morning.sh
#1486116680
git config --global alias.st status
#1528989600
apt-mark hold redis-server
#1528989665
vi /etc/apt/sources.list.d/newrelic.list
#1528989834
apt-get update
#1528989864
vi /etc/apt/preferences.d/php
#1528989926
echo 'Acquire::Retries "5";' >/etc/apt/apt.conf.d/80retries
#1528989984
dpkg-divert --local --rename --divert /usr/bin/curl.real --add /usr/bin/curl
#1528990094
vi /usr/bin/curl
#1528990219
chmod 755 /usr/bin/curl
#1528990377
dpkg-statoverride --update --add root webteam 0750 /usr/bin/rsync
#1528990470
update-alternatives --set editor /usr/bin/vim.tiny
#1528990495
chmod u-s /usr/bin/chfn /usr/bin/chsh
#1528990563
systemctl mask apt-daily-upgrade.timer
#1528990608
systemctl disable apt-daily.timer
#1528990740
systemctl disable rsync.service
#1528990921
sed -i 's/^TimeoutStopSec=.*/TimeoutStopSec=10/' /lib/systemd/system/redis-server.service
#1528991108
mkdir -p /etc/systemd/system/logrotate.timer.d
#1528991283
vi /etc/systemd/system/logrotate.timer.d/hourly.conf
#1528991316
systemctl daemon-reload
#1528991381
sed -i 's/^rotate 4/rotate 12/' /etc/logrotate.conf
#1528991447
rm /etc/nginx/sites-available/default
#1528991612
phpdismod -v 8.2 -s fpm soap
#1528991743
sed -i -e 's/^;date.timezone =.*/date.timezone = UTC/' -e 's/^memory_limit = .*/memory_limit = 512M/' /etc/php/8.2/cli/php.ini
#1561968900
usermod --lock --shell /usr/sbin/nologin --expiredate 2019-07-01 mkowalski
#1561968988
last mkowalski
#1561969130
passwd root
#1561969141
gpasswd -a anna www-data
#1561969287
cp -p /etc/ssh/sshd_config /etc/ssh/sshd_config.bak
#1561969396
sed -i -e 's/^#MaxAuthTries .*/MaxAuthTries 4/' -e 's/^#Banner .*/Banner \/etc\/issue.net/' -e 's/^#PermitRootLogin .*/PermitRootLogin prohibit-password/' /etc/ssh/sshd_config
#1561969495
echo 'This host is watched.' >/etc/issue.net
#1561969526
sshd -t
#1561969594
systemctl reload ssh
#1561969715
echo 'web-03: ask Anna before you touch anything' >/etc/motd
#1561969758
visudo
#1561969814
htpasswd /etc/nginx/htpasswd-admin extern
#1561969825
vi /etc/environment
#1561969856
vi /etc/profile.d/chat.sh
#1561969944
sed -i 's/^UMASK.*/UMASK\t\t027/' /etc/login.defs
#1561970069
echo 'EXTRA_OPTS="-L 5"' >>/etc/default/cron
#1561970081
sed -i 's/^#precedence ::ffff:0:0\/96  100/precedence ::ffff:0:0\/96  100/' /etc/gai.conf
#1561970213
echo nf_conntrack >/etc/modules-load.d/conntrack.conf
#1561970279
echo 'blacklist floppy' >/etc/modprobe.d/blacklist-local.conf
#1637389800
vi /etc/hosts
#1637389939
vi /etc/resolv.conf
#1637389968
ping -c1 db.example.test
#1637389986
vi /usr/local/sbin/billing-stub.py
#1637390159
chmod 755 /usr/local/sbin/billing-stub.py
#1637390276
vi /etc/rc.local
#1637390407
chmod 755 /etc/rc.local
#1637390583
mkdir -p /srv/media /var/www/static/media
#1637390773
echo '/srv/media /var/www/static/media none bind 0 0' >>/etc/fstab
#1637390917
mount -a
#1637390964
df -h
#1637391031
echo '/swapfile none swap sw 0 0' >>/etc/fstab
#1637391058
vi /etc/network/interfaces.d/eth0
#1637391247
setfacl -m u:anna:rX /var/log/nginx
#1637391399
setfacl -m g:webteam:rwX /var/www/static
#1637391483
setfacl -d -m g:webteam:rwX /var/www/static
#1637391579
cp /tmp/example-ca.crt /usr/local/share/ca-certificates/example-ca.crt
#1637391735
update-ca-certificates
#1637749692
journalctl -u chat-worker -n 100
#1637749802
systemctl reload nginx
#1637749868
systemctl --failed
#1637749894
systemctl reload nginx
#1637842506
uptime
#1637842603
systemctl restart chat-worker
#1637857148
journalctl -u chat-worker -n 100
#1637857261
ls -la /var/backups
#1637857297
free -m
#1637857321
systemctl restart chat-worker
#1637857438
free -m
#1638448172
less /var/log/nginx/chat.error.log
#1638448244
less /var/log/nginx/chat.error.log
#1638448257
systemctl --failed
#1638694591
systemctl --failed
#1638694675
journalctl -u chat-worker -n 100
#1638694734
ps aux | grep php
#1639642000
mailq
#1639642105
nginx -t
#1639642223
postqueue -f
#1639642340
free -m
#1639657542
apt-get update
#1639657620
ls -la /var/backups
#1639822114
ls -la /var/backups
#1639822160
ls -la /var/backups
#1639822278
ps aux | grep php
#1640622295
ls -la /var/backups
#1640622380
uptime
#1640622384
less /var/log/nginx/chat.error.log
#1640622440
tail -n 50 /var/log/syslog
#1641481222
systemctl status php8.2-fpm
#1641481322
postqueue -f
#1641481421
uptime
#1641830173
ps aux | grep php
#1641830219
tail -n 50 /var/log/syslog
#1641830255
free -m
#1641830374
systemctl restart chat-worker
#1641830487
systemctl --failed
#1642521277
mailq
#1642521330
postqueue -f
#1642521363
ss -tlnp
#1642521372
apt-get update
#1643293017
mailq
#1643293089
postqueue -f
#1643293161
free -m
#1643378423
postqueue -f
#1643378465
postqueue -f
#1643378516
journalctl -u chat-worker -n 100
#1643378532
ss -tlnp
#1643732603
systemctl status php8.2-fpm
#1643732698
df -h
#1643732760
ps aux | grep php
#1643732852
systemctl --failed
#1643732865
less /var/log/nginx/chat.error.log
#1643732976
apt-get update
#1644325075
apt-get update
#1644325128
nginx -t
#1644325186
ls -la /var/backups
#1644325234
ps aux | grep php
#1644325297
systemctl --failed
#1644325363
systemctl reload nginx
#1644743775
exit
#1644743847
df -h
#1644743926
uptime
#1644744003
df -h
#1644744093
nginx -t
#1644744146
free -m
#1645518336
tail -n 50 /var/log/syslog
#1645518368
apt-get update
#1645518377
tail -n 50 /var/log/syslog
#1645518401
apt-get update
#1645541085
nginx -t
#1645541126
ss -tlnp
#1645606305
mailq
#1645606354
systemctl status php8.2-fpm
#1645606430
mailq
#1645884817
apt list --upgradable
#1645884877
df -h
#1645884919
systemctl --failed
#1646208343
exit
#1646208440
ls -la /var/backups
#1646208517
apt-get update
#1646208538
apt-get update
#1646208575
systemctl restart chat-worker
#1647170686
systemctl reload nginx
#1647170779
systemctl status php8.2-fpm
#1647170799
systemctl restart chat-worker
#1647170915
less /var/log/nginx/chat.error.log
#1647170974
df -h
#1647171082
exit
#1648305573
uptime
#1648305617
systemctl restart chat-worker
#1648305708
apt-get update
#1648305820
less /var/log/nginx/chat.error.log
#1648305940
uptime
#1648313265
mailq
#1648313379
tail -n 50 /var/log/syslog
#1648313487
iptables -L -n
#1648469628
iptables -L -n
#1648469718
ps aux | grep php
#1648469749
apt-get update
#1648469772
less /var/log/nginx/chat.error.log
#1648469817
ss -tlnp
#1648469913
nginx -t
#1651062277
iptables -L -n
#1651062295
systemctl --failed
#1651062381
exit
#1651062475
systemctl status php8.2-fpm
#1651062594
ss -tlnp
#1651062705
ss -tlnp
#1651325115
free -m
#1651325194
ls -la /var/backups
#1651325261
systemctl restart chat-worker
#1651325337
mailq
#1652173383
ps aux | grep php
#1652173440
ss -tlnp
#1652173484
systemctl restart chat-worker
#1652173584
systemctl --failed
#1652173689
ls -la /var/backups
#1652259235
df -h
#1652259328
systemctl reload nginx
#1652259431
systemctl --failed
#1652259514
ss -tlnp
#1652259627
tail -n 50 /var/log/syslog
#1652373726
systemctl restart chat-worker
#1652373845
less /var/log/nginx/chat.error.log
#1653399746
iptables -L -n
#1653399828
uptime
#1653989065
systemctl status php8.2-fpm
#1653989076
systemctl reload nginx
#1653989108
exit
#1653989183
exit
#1653989263
mailq
#1655307640
systemctl status php8.2-fpm
#1655307726
ls -la /var/backups
#1655307807
uptime
#1655307830
ls -la /var/backups
#1656166062
systemctl status php8.2-fpm
#1656166082
systemctl --failed
#1656761904
systemctl reload nginx
#1656762012
mailq
#1658307061
systemctl reload nginx
#1658307086
systemctl reload nginx
#1658307145
mailq
#1658307209
mailq
#1659112370
tail -n 50 /var/log/syslog
#1659112443
systemctl restart chat-worker
#1659112554
less /var/log/nginx/chat.error.log
#1659112629
less /var/log/nginx/chat.error.log
#1659800995
free -m
#1659801039
systemctl restart chat-worker
#1659801052
free -m
#1659801084
iptables -L -n
#1659801106
journalctl -u chat-worker -n 100
#1659801139
ls -la /var/backups
#1659955582
less /var/log/nginx/chat.error.log
#1659955598
nginx -t
#1659955688
mailq
#1659955770
systemctl reload nginx
#1659955875
ls -la /var/backups
#1660144294
ss -tlnp
#1660144341
free -m
#1660144350
ss -tlnp
#1660735232
ps aux | grep php
#1660735303
free -m
#1660735370
systemctl restart chat-worker
#1660735419
exit
#1660735434
tail -n 50 /var/log/syslog
#1660735453
df -h
#1661083189
postqueue -f
#1661083251
uptime
#1661083342
df -h
#1661083396
mailq
#1664273451
tail -n 50 /var/log/syslog
#1664273522
postqueue -f
#1664273602
free -m
#1664354782
ls -la /var/backups
#1664354859
exit
#1664354941
tail -n 50 /var/log/syslog
#1664355007
systemctl restart chat-worker
#1664355103
iptables -L -n
#1664355207
ls -la /var/backups
#1664623131
apt-get update
#1664623147
exit
#1666359846
df -h
#1666359928
mailq
#1666360047
systemctl status php8.2-fpm
#1666360080
nginx -t
#1666360113
exit
#1666360231
systemctl status php8.2-fpm
#1666960211
ss -tlnp
#1666960330
exit
#1666960449
ps aux | grep php
#1666960553
apt list --upgradable
#1666960596
postqueue -f
#1666960702
systemctl restart chat-worker
#1667729029
less /var/log/nginx/chat.error.log
#1667729124
tail -n 50 /var/log/syslog
#1667729178
apt list --upgradable
#1667729201
ps aux | grep php
#1668003102
apt list --upgradable
#1668003157
nginx -t
#1668003266
mailq
#1668003356
apt-get update
#1668003427
postqueue -f
#1668255309
df -h
#1668255360
exit
#1668255447
postqueue -f
#1669968545
uptime
#1669968571
apt-get update
#1669968656
free -m
#1669968694
systemctl status php8.2-fpm
#1670234043
iptables -L -n
#1670234103
free -m
#1670234209
ss -tlnp
#1670234236
systemctl status php8.2-fpm
#1670234309
systemctl --failed
#1670839585
mailq
#1670839652
nginx -t
#1670839701
ps aux | grep php
#1671872561
tail -n 50 /var/log/syslog
#1671872627
mailq
#1672997369
systemctl --failed
#1672997446
mailq
#1674135029
systemctl status php8.2-fpm
#1674135114
exit
#1674135197
nginx -t
#1674135267
less /var/log/nginx/chat.error.log
#1674135311
systemctl --failed
#1674726467
tail -n 50 /var/log/syslog
#1674726542
iptables -L -n
#1674726653
systemctl reload nginx
#1674726709
iptables -L -n
#1674726782
exit
#1676475966
df -h
#1676475976
less /var/log/nginx/chat.error.log
#1676476026
exit
#1676476076
systemctl reload nginx
#1676542852
tail -n 50 /var/log/syslog
#1676542931
uptime
#1676542954
journalctl -u chat-worker -n 100
#1676542996
postqueue -f
#1676543018
free -m
#1676621022
systemctl --failed
#1676621074
systemctl restart chat-worker
#1676621159
mailq
#1676621224
apt-get update
#1678801015
less /var/log/nginx/chat.error.log
#1678801078
ss -tlnp
#1678801091
systemctl status php8.2-fpm
#1679503929
iptables -L -n
#1679504020
df -h
#1679504094
ss -tlnp
#1679504116
systemctl reload nginx
#1679928346
postqueue -f
#1679928350
systemctl status php8.2-fpm
#1679928380
nginx -t
#1679928440
ss -tlnp
#1679928534
ps aux | grep php
#1679928546
ls -la /var/backups
#1680017445
systemctl restart chat-worker
#1680017534
systemctl --failed
#1680108150
systemctl --failed
#1680108161
journalctl -u chat-worker -n 100
#1680108239
systemctl reload nginx
#1680108326
nginx -t
#1680108378
postqueue -f
#1680269057
df -h
#1680269125
systemctl restart chat-worker
#1680269189
systemctl status php8.2-fpm
#1680269297
systemctl status php8.2-fpm
#1680269402
df -h
#1680269522
less /var/log/nginx/chat.error.log
#1680622641
tail -n 50 /var/log/syslog
#1680622721
ss -tlnp
#1684334811
tail -n 50 /var/log/syslog
#1684334890
systemctl --failed
#1684334904
df -h
#1684335010
apt list --upgradable
#1684335097
df -h
#1684335196
mailq
#1684512947
iptables -L -n
#1684513038
apt-get update
#1684513103
iptables -L -n
#1684513195
nginx -t
#1684513310
journalctl -u chat-worker -n 100
#1686647551
systemctl --failed
#1686647559
less /var/log/nginx/chat.error.log
#1686647632
systemctl status php8.2-fpm
#1686647689
systemctl restart chat-worker
#1687175638
ss -tlnp
#1687175714
mailq
#1687175724
iptables -L -n
#1687175771
less /var/log/nginx/chat.error.log
#1687175850
free -m
#1687426228
postqueue -f
#1687426241
systemctl --failed
#1687426259
apt list --upgradable
#1687426332
systemctl reload nginx
#1687426402
journalctl -u chat-worker -n 100
#1687426457
apt list --upgradable
#1688486625
less /var/log/nginx/chat.error.log
#1688486732
ps aux | grep php
#1688486750
free -m
#1688814000
cat /etc/debian_version
#1688814175
cp -p /etc/redis/redis.conf /etc/redis/redis.conf.bak
#1688814311
cp -p /etc/crontab /etc/crontab.dpkg-old
#1688814329
vi /root/notes.txt
#1688814403
vi /etc/logrotate.d/php-slow
#1688814428
vi /etc/systemd/system/push-gateway.service
#1688814510
systemctl daemon-reload
#1688814696
systemctl start push-gateway
#1688814719
systemctl stop push-gateway
#1688814889
apt-get install tcpdump
#1688814912
tcpdump -ni eth0 port 9091
#1688814929
apt-get purge tcpdump
#1688814996
echo 'vm.swappiness = 60' > /tmp/try.conf
#1688815119
rm /tmp/try.conf
#1689063887
df -h
#1689063904
exit
#1689063943
ps aux | grep php
#1689063955
systemctl restart chat-worker
#1689064073
mailq
#1689064113
apt-get update
#1689607495
df -h
#1689607592
ps aux | grep php
#1689607662
uptime
#1689607767
less /var/log/nginx/chat.error.log
#1689607866
postqueue -f
#1689847957
ss -tlnp
#1689847999
ls -la /var/backups
#1689848021
ss -tlnp
#1690277834
nginx -t
#1690277904
free -m
#1690277952
ss -tlnp
#1690277979
exit
#1690795520
systemctl status php8.2-fpm
#1690795566
nginx -t
#1692955792
free -m
#1692955850
journalctl -u chat-worker -n 100
#1692955879
ps aux | grep php
#1692955989
systemctl --failed
#1693323265
journalctl -u chat-worker -n 100
#1693323293
systemctl status php8.2-fpm
#1693323410
less /var/log/nginx/chat.error.log
#1693323481
ls -la /var/backups
#1693323525
systemctl restart chat-worker
#1693559708
systemctl status php8.2-fpm
#1693559764
mailq
#1693559837
ss -tlnp
#1693559898
exit
#1693559994
free -m
#1694439426
systemctl reload nginx
#1694439486
iptables -L -n
#1694439513
systemctl reload nginx
#1694439597
systemctl status php8.2-fpm
#1694439635
less /var/log/nginx/chat.error.log
#1694439704
ls -la /var/backups
#1694536770
postqueue -f
#1694536842
systemctl restart chat-worker
#1694536924
systemctl restart chat-worker
#1695651156
systemctl status php8.2-fpm
#1695651182
postqueue -f
#1695651235
ls -la /var/backups
#1696329547
iptables -L -n
#1696329577
uptime
#1696329649
systemctl status php8.2-fpm
#1696945906
df -h
#1696945947
mailq
#1696945956
journalctl -u chat-worker -n 100
#1696946070
df -h
#1697556253
systemctl --failed
#1697556329
ps aux | grep php
#1697556348
ps aux | grep php
#1697556373
systemctl --failed
#1697556422
exit
#1697556476
systemctl --failed
#1697628543
df -h
#1697628629
tail -n 50 /var/log/syslog
#1697628723
ss -tlnp
#1697628799
ps aux | grep php
#1697628804
ls -la /var/backups
#1698226548
ls -la /var/backups
#1698226655
apt-get update
#1698226731
apt-get update
#1698226766
systemctl reload nginx
#1698226779
systemctl --failed
#1698226880
less /var/log/nginx/chat.error.log
