sh -c 'sleep 1; cat /proc/systemtap/$MODULE/__prometheus >/tmp/latency; true'
grep -E '^syscall_time\{pid="[0-9]+",syscall="wait4"\} [0-9]+\.[0-9]+$' /tmp/latency || { cat /tmp/latency; exit 1; }
