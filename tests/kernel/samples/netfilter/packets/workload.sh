ip link set lo up || exit 1
ping -c 2 -s 100 127.0.0.1 >/dev/null || exit 1
# One that has come since we are here.
unshare -n sh -c 'ip link set lo up && ping -c 1 -s 20 127.0.0.2 >/dev/null' || exit 1
syscalls sockets
ping6 -c 1 -s 20 ::1 >/dev/null
