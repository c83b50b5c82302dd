ip link set lo up || exit 1
ping -c 2 -s 100 127.0.0.1 >/dev/null || exit 1
# One that has come since we are here.
unshare -n sh -c 'ip link set lo up && ping -c 1 -s 20 127.0.0.2 >/dev/null' || exit 1
printf 'hello' | nc -u -w 1 127.0.0.1 7099
nc -w 1 127.0.0.1 7098 2>/dev/null
printf 'six' | nc -u -w 1 ::1 7097
true
