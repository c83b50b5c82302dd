dd if=/dev/zero of=/tmp/pages bs=4096 count=64 2>/dev/null
rm /tmp/pages
