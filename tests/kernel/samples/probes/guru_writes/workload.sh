echo "read $(dd if=/dev/zero bs=77 count=1 2>/dev/null | wc -c)"
echo "failed $(dd if=/dev/zero bs=78 count=1 2>/dev/null | wc -c)"
umask 0
mkdir /tmp/guru
ls -ld /tmp/guru | cut -c 1-10
calls maps 1
