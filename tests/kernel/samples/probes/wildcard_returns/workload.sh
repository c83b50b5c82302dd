dd if=/dev/zero of=/dev/null bs=77 count=1 2>/dev/null
