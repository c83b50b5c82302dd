cat /etc/hostname-that-is-not-there 2>/dev/null
cat /proc/self/stat > /dev/null
