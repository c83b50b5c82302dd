sh -c 'for i in 1 2 3; do [ -e /no/such/file ]; done; cat /proc/systemtap/$MODULE/__prometheus >/tmp/errors; true'
grep -E '^syscall_error_count\{pid="sh\[[0-9]+\]",syscall="[a-z0-9]*stat[a-z0-9]*",error="ENOENT"\} 3$' /tmp/errors || { cat /tmp/errors; exit 1; }
