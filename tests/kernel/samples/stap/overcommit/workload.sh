echo 2 >/proc/sys/vm/overcommit_memory
dd if=/dev/zero of=/dev/null bs=3000M count=1 2>/dev/null
echo 0 >/proc/sys/vm/overcommit_memory
