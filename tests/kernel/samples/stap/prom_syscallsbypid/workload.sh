sleep 30 &
sleep 0.3
cat /proc/systemtap/$MODULE/__prometheus >/tmp/bypid || exit 1
grep -E "^syscall_count\{pid=\"sleep\[$!\]\",name=\"(clock_)?nanosleep\"\} 1\$" /tmp/bypid && kill $! || { cat /tmp/bypid; kill $!; exit 1; }
