calls read 100
calls write 200
cat /proc/systemtap/$MODULE/__prometheus >/tmp/rw || exit 1
reads=$(sed -n 's/^count{syscall="ksys_read"} //p' /tmp/rw)
writes=$(sed -n 's/^count{syscall="ksys_write"} //p' /tmp/rw)
[ "$reads" -ge 100 ] && [ "$writes" -ge 200 ] && [ $(wc -l </tmp/rw) = 2 ] || { cat /tmp/rw; exit 1; }
