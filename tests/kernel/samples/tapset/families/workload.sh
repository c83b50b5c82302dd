trap true USR2
kill -USR2 $$
true
echo hello > /etc/families
dd if=/etc/families of=/dev/null 2> /dev/null
/bin/syscalls files
sleep 0.1
ip link set lo up 2> /dev/null || ifconfig lo up
ping -c 1 127.0.0.1 > /dev/null 2>&1
(exit 0) &
wait
rm /etc/families
