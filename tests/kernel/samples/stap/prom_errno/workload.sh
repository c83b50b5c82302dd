sh -c 'for i in 1 2 3; do [ -e /no/such/file ]; done; cat /proc/systemtap/$MODULE/__prometheus >/tmp/errno; true'
grep -E '^syscall_error_count\{pid="[0-9]+",errno="-2",name="[a-z0-9]*stat[a-z0-9]*"\} 3$' /tmp/errno || { cat /tmp/errno; exit 1; }
