calls read 300
cat /proc/systemtap/$MODULE/__prometheus >/tmp/top || exit 1
grep -E '^top_syscall_count\{name="read"\} [3-9][0-9][0-9]' /tmp/top || { cat /tmp/top; exit 1; }
