# Packages somebody needed one afternoon.

want() { apt-get install -y -qq --no-install-recommends "$@"; }

want jq
want php-pear
want python3-pip
want vim-tiny less
want php8.2-soap
# kept for the day the network is down
mkdir -p /root/debs
(cd /root/debs && apt-get download -qq tree busybox-static jq less)
