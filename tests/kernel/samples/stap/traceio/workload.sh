dd if=/dev/zero of=/dev/null bs=1048576 count=3 2>/dev/null
sleep 1.2
