# Tools that came from no package.

cat >/usr/local/bin/chat-report <<'F'
#!/bin/bash
# how busy the chat is; asked by zabbix and by cron
n=$(curl -fsS -H 'Host: chat.example.test' 'http://127.0.0.1/api/messages?limit=200' | jq length)
[ "${1:-}" = --quiet ] || echo "messages: $n"
logger -t chat-report "messages=$n"
F
chmod 755 /usr/local/bin/chat-report

# a static binary out of a package, without the package
dpkg-deb -x /root/debs/busybox-static_*.deb /tmp/busybox
install -m 755 /tmp/busybox/bin/busybox /usr/local/bin/busybox
setcap cap_net_bind_service=+ep /usr/local/bin/busybox

# "make install" of something in house
mkdir -p /usr/local/lib/chat-tools/{lib,templates} /usr/local/share/man/man1
printf '#!/bin/sh\n. /usr/local/lib/chat-tools/lib/common.sh\nsay "chat-tools $VERSION"\n' >/usr/local/lib/chat-tools/main
printf 'VERSION=0.9\nsay() { echo "$@"; }\n' >/usr/local/lib/chat-tools/lib/common.sh
printf 'Dear %%s,\n' >/usr/local/lib/chat-tools/templates/welcome.txt
printf '.TH chat-tools 1\n' >/usr/local/share/man/man1/chat-tools.1
chmod 755 /usr/local/lib/chat-tools/main
ln -s ../lib/chat-tools/main /usr/local/bin/chat-tools

# a Python package, built in house, installed with pip over the system's Python
mkdir -p /tmp/wheel/chat_metrics /tmp/wheel/chat_metrics-1.2.0.dist-info
cat >/tmp/wheel/chat_metrics/__init__.py <<'F'
"""Counts messages."""
API_TOKEN = "fake-pip-module-token-55"


def main():
    print("chat-metrics 1.2.0")
F
cat >/tmp/wheel/chat_metrics-1.2.0.dist-info/METADATA <<'F'
Metadata-Version: 2.1
Name: chat-metrics
Version: 1.2.0
F
printf 'Wheel-Version: 1.0\nGenerator: by-hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n' >/tmp/wheel/chat_metrics-1.2.0.dist-info/WHEEL
printf '[console_scripts]\nchat-metrics = chat_metrics:main\n' >/tmp/wheel/chat_metrics-1.2.0.dist-info/entry_points.txt
cat >/tmp/wheel/chat_metrics-1.2.0.dist-info/RECORD <<'F'
chat_metrics/__init__.py,,
chat_metrics-1.2.0.dist-info/METADATA,,
chat_metrics-1.2.0.dist-info/WHEEL,,
chat_metrics-1.2.0.dist-info/entry_points.txt,,
chat_metrics-1.2.0.dist-info/RECORD,,
F
(cd /tmp/wheel && python3 -m zipfile -c /tmp/chat_metrics-1.2.0-py3-none-any.whl chat_metrics chat_metrics-1.2.0.dist-info)
pip3 install -q --break-system-packages --no-index --no-deps --root-user-action=ignore /tmp/chat_metrics-1.2.0-py3-none-any.whl

# a PEAR package of the old application
mkdir -p /tmp/pear/Chat_Smilies-1.0.3
cat >/tmp/pear/Chat_Smilies-1.0.3/Smilies.php <<'F'
<?php
class Chat_Smilies { public static $map = [':-)' => 'smile']; }
F
cat >/tmp/pear/package.xml <<'F'
<?xml version="1.0" encoding="UTF-8"?>
<package packagerversion="1.10.13" version="2.0" xmlns="http://pear.php.net/dtd/package-2.0" xmlns:tasks="http://pear.php.net/dtd/tasks-1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://pear.php.net/dtd/tasks-1.0 http://pear.php.net/dtd/tasks-1.0.xsd http://pear.php.net/dtd/package-2.0 http://pear.php.net/dtd/package-2.0.xsd">
 <name>Chat_Smilies</name><channel>pear.php.net</channel>
 <summary>Smilies</summary><description>Smilies of the old chat</description>
 <lead><name>Marek</name><user>marek</user><email>marek@example.test</email><active>yes</active></lead>
 <date>2017-02-01</date><time>10:00:00</time>
 <version><release>1.0.3</release><api>1.0.0</api></version>
 <stability><release>stable</release><api>stable</api></stability>
 <license>MIT</license><notes>none</notes>
 <contents><dir name="/"><file name="Smilies.php" role="php" baseinstalldir="Chat"/></dir></contents>
 <dependencies><required><php><min>5.3</min></php><pearinstaller><min>1.4.0</min></pearinstaller></required></dependencies>
 <phprelease/>
</package>
F
tar -C /tmp/pear -czf /tmp/Chat_Smilies-1.0.3.tgz package.xml Chat_Smilies-1.0.3
pear install --offline /tmp/Chat_Smilies-1.0.3.tgz
# and a class of the vendor's patched in place
sed -i '0,/^class /s//\/\/ 2017-02-03 mk: do not follow links\nclass /' /usr/share/php/Archive/Tar.php

# a checkout somebody works in
git init -q -b main /opt/ops-scripts
git -C /opt/ops-scripts remote add origin 'https://oauth2:fake-glpat-Ab12Cd34Ef56Gh78@git.example.test/ops/scripts.git'
printf '#!/bin/sh\nuptime\n' >/opt/ops-scripts/morning.sh
printf '#!/bin/sh\nexport SLACK=https://hooks.slack.com/services/T00FAKE01/B00FAKE01/fakefakefake1fakefakefake1\n' >/opt/ops-scripts/alarm.sh
chmod 755 /opt/ops-scripts/*.sh
git -C /opt/ops-scripts add -A
GIT_AUTHOR_DATE='2017-03-01T10:00:00Z' GIT_COMMITTER_DATE='2017-03-01T10:00:00Z' git -C /opt/ops-scripts commit -qm 'Scripts of the morning'
echo 'df -h' >>/opt/ops-scripts/morning.sh
git config --file /root/.gitconfig alias.st status
git config --file /home/deploy/.gitconfig user.email deploy@example.test
git config --file /home/deploy/.gitconfig url.'https://x-access-token:fake-insteadof-token-909@git.example.test/'.insteadOf https://git.example.test/
chown deploy: /home/deploy/.gitconfig
