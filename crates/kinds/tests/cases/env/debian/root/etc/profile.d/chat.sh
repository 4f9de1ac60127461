export EDITOR=vim
if [ -d /opt ]; then
  CHAT_HOME=/var/www/chat
  export CHAT_HOME
fi
local=1
umask 002
