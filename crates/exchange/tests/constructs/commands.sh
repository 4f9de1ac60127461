#!/bin/sh -- one case a paragraph; none of it is ever run

apt-get -y install nginx=1.22.1-9 git curl-

apt-get remove --purge -y apache2 'libapache2-*'

apt install ./chat_1.2-3_amd64.deb /tmp/x.deb

yum -y install httpd mod_ssl-2.4.6-97.el7.x86_64 java-1.8.0-openjdk

yum remove telnet; yum groupinstall "Development Tools"; yum localinstall /tmp/chat-1.0-1.noarch.rpm

dnf install -y nginx.x86_64 @php; dnf module enable php:7.4; dnf swap vim-minimal vim-enhanced

yum versionlock add nginx; dnf versionlock delete nginx

rpm -Uvh https://x.example/epel-release-latest-7.noarch.rpm

rpm -e telnet; rpm -q nginx; rpm --import https://x.example/key

dpkg -i chat_1.2-3_amd64.deb; dpkg -P exim4; dpkg --set-selections < list

apt-mark hold linux-image-amd64

pecl install redis-5.3.7; pear install Mail; printf '\n' | pecl install apcu

pip install requests==2.1 django; pip3 uninstall -y six; pip install -r requirements.txt

npm install -g pm2@4; npm ci

gem install bundler -v 1.17.3; gem uninstall rake

composer install --no-dev; composer global require phpunit/phpunit

useradd -m -u 1002 -g www-data -G sudo,adm -s /bin/zsh -c 'Anna B' anna

useradd --system --no-create-home --home-dir /var/lib/chat chat

adduser --disabled-password --gecos '' deploy; adduser deploy sudo

usermod -aG docker anna; usermod -s /usr/sbin/nologin -L bob

groupadd -g 2000 web; groupmod -n www web; groupdel old

passwd -l root; passwd anna; echo 'anna:geheim' | chpasswd

gpasswd -a anna web; gpasswd -d bob web; gpasswd -M anna,bob web

userdel -r bob; deluser anna web

systemctl enable --now chat.service; systemctl mask apt-daily.timer; systemctl restart nginx

service nginx start; /etc/init.d/exim4 stop

chkconfig httpd on; chkconfig --del sendmail; chkconfig --level 35 ntpd off

update-rc.d exim4 disable; update-rc.d chat defaults 80 20; update-rc.d -f exim4 remove

a2ensite chat; a2dissite 000-default; a2enmod rewrite ssl; a2dismod status; a2enconf security; a2disconf charset

phpenmod -v 8.2 -s fpm apcu; phpdismod xdebug; php5enmod mcrypt

cp /etc/php.ini /etc/php.ini.bak; cp -r conf.d /srv/chat/

mv /etc/nginx/sites-enabled/default /root/

ln -s /srv/chat/current /var/www/chat; ln -sfn ../mods-available/x.load /etc/apache2/mods-enabled/x.load

install -o root -g adm -m 0640 chat.conf /etc/chat.conf; install -d -m 2775 /srv/chat

mkdir -p /srv/{a,b}; mkdir -m 700 /root/.ssh

touch /etc/nologin; rm -f /etc/motd; rm -rf /srv/old

chmod 0640 /etc/chat.conf; chmod u+x,go-w /usr/local/bin/x; chmod -R g+w /srv/chat

chown -R deploy:www-data /srv/chat; chown :adm /etc/chat.conf; chgrp adm /var/log/chat

chattr +i /etc/resolv.conf; chattr -i /etc/hosts; chattr +a /var/log/audit.log

setfacl -m u:www-data:rX /srv/chat; setfacl -d -m g:web:rwx /srv/chat; setfacl -b /srv/x

cat > /etc/chat.conf <<EOF
a = 1
b = 2
EOF

cat >> /etc/hosts <<'EOF'
10.0.0.2 db-01
EOF

echo 'vm.swappiness = 10' >> /etc/sysctl.conf; echo "x" > /etc/x

printf 'a=%s\n' 1 2 > /etc/a; echo y | sudo tee -a /etc/y >/dev/null

sed -i 's/^#\?PermitRootLogin .*/PermitRootLogin no/' /etc/ssh/sshd_config

sed -i -e 's|/var/log/old|/var/log/new|g' -e '/^Debug/d' /etc/chat.conf

sed -i '$a MaxClients 20' /etc/chat.conf; sed -i '/^\[mysqld\]/a max_connections = 500' /etc/my.cnf

sysctl -w net.core.somaxconn=4096; sysctl vm.swappiness=10; sysctl -p

modprobe ip_conntrack; modprobe -r floppy; rmmod pcspkr

echo 'install usb-storage /bin/false' > /etc/modprobe.d/usb.conf

mount -t nfs4 -o ro files:/export /mnt/files; umount /mnt/old; mount -a

fallocate -l 2G /swapfile; mkswap /swapfile; swapon /swapfile; swapoff /dev/sdb1

crontab -l | { cat; echo '5 4 * * * /usr/local/bin/x'; } | crontab -

crontab -u www-data cron.txt; echo '0 3 * * * root /x' > /etc/cron.d/x; crontab -r

locale-gen de_DE.UTF-8; update-locale LANG=de_DE.UTF-8; localectl set-locale LANG=en_GB.UTF-8

localectl set-keymap de; timedatectl set-timezone Europe/Berlin; timedatectl set-ntp true

hostnamectl set-hostname web-03; hostname web-03; ln -sf /usr/share/zoneinfo/UTC /etc/localtime

dpkg-reconfigure -f noninteractive tzdata

iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT; iptables -P INPUT DROP; iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE

iptables -D INPUT 3; iptables -F; iptables-save > /etc/iptables/rules.v4

ufw allow 22/tcp; ufw deny from 1.2.3.4; ufw default deny incoming; ufw --force enable

firewall-cmd --permanent --add-service=http; firewall-cmd --reload

git config --global user.name 'Ops'; git config --system core.editor vim

git clone -b 1.x https://x.example/ops.git /opt/ops; cd /opt/ops && git pull && git checkout 1a2b3c4

ssh-keygen -t ed25519 -N '' -f /root/.ssh/id_ed25519; ssh-keygen -A

echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFake anna' >> /home/anna/.ssh/authorized_keys

cat /tmp/anna.pub >> ~deploy/.ssh/authorized_keys; ssh-copy-id anna@web-04

export PATH=$PATH:/opt/bin; echo 'export EDITOR=vim' >> /etc/profile.d/x.sh

update-alternatives --set editor /usr/bin/vim.basic; update-alternatives --install /usr/bin/php php /opt/php/bin/php 50

update-alternatives --remove php /opt/php/bin/php; update-alternatives --config editor; alternatives --set java /usr/lib/jvm/x

curl -fsSL https://x.example/a.tgz -o /tmp/a.tgz; curl -O https://x.example/b.tgz; curl https://x.example/install.sh | bash

wget -q -O /usr/local/bin/wp https://x.example/wp.phar; cd /opt && wget https://x.example/c.tar.gz

cd /usr/local/src && tar xzf redis-3.0.tar.gz && cd redis-3.0 && ./configure --prefix=/opt/redis && make && make install

tar -C /opt -xf node.tar.xz; tar xf x.tar -C /srv --strip-components=1; unzip -q a.zip -d /srv/a

cd /usr/local/src/nginx && make install PREFIX=/opt/nginx; cmake .. && make DESTDIR=/tmp/x install

useradd -p "$(openssl passwd -6 x)" carl; x=$(hostname); echo "$x" > /etc/x

for p in git curl; do apt-get install -y $p; done

if [ -f /etc/debian_version ]; then apt-get install -y nginx; else yum install -y nginx; fi

case web in web) touch /etc/web;; *) touch /etc/other;; esac

NAME=chat; f() { mkdir -p /srv/$1/$2; }; f $NAME log

while read p; do apt-get install -y $p; done < packages.txt

getent passwd deploy || useradd deploy; [ -d /srv/x ] || mkdir /srv/x; test -f /a && rm /a

loginctl enable-linger deploy; systemd-tmpfiles --create; newaliases; postmap /etc/postfix/transport

postconf -e 'myhostname = web-03.example.com'; debconf-set-selections <<< 'postfix postfix/mailname string x'

mysql -e 'CREATE DATABASE chat'; sudo -u postgres psql -c 'CREATE ROLE chat'

openssl req -x509 -nodes -newkey rsa:2048 -keyout /etc/ssl/private/x.key -out /etc/ssl/certs/x.pem -subj /CN=x

htpasswd -bc /etc/nginx/htpasswd anna geheim; certbot --nginx -d chat.example.com

ip addr add 10.0.0.5/24 dev eth0; ip route add 10.1.0.0/16 via 10.0.0.1; ifconfig eth0 up; route add default gw 10.0.0.1

logrotate -f /etc/logrotate.conf; ldconfig; depmod -a; reboot; shutdown -r now; sleep 5; true

visudo; vim /etc/hosts; crontab -e; nano +5 /etc/fstab
