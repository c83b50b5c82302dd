# A server and a client of NFS on the loopback: the same few things by version 4 and by version 3.
. /lib/tapc.sh
tapc_modules load
EXPORT=/tmp/export MOUNTED=/tmp/mounted RPC=/tmp/rpc
mkdir -p $EXPORT $MOUNTED $RPC
mount -t tmpfs none $EXPORT
mount -t rpc_pipefs none $RPC
mount -t nfsd none /proc/fs/nfsd
nfs helpers $RPC/nfsd/cld >ready &
helpers=$!
until grep -q ready ready; do sleep 0.02; done

# What mountd would tell: 127.0.0.1 may have the folder, which is file system 0.
echo 'nfsd 127.0.0.1 2147483647 local' >/proc/net/rpc/auth.unix.ip/channel
echo "local $EXPORT 2147483647 9234 65534 65534 0" >/proc/net/rpc/nfsd.export/channel
echo "local 1 \x00000000 2147483647 $EXPORT" >/proc/net/rpc/nfsd.fh/channel
echo 10 >/proc/fs/nfsd/nfsv4gracetime
echo 'tcp 2049' >/proc/fs/nfsd/portlist
echo 1 >/proc/fs/nfsd/threads

use() {
    echo hello >$MOUNTED/first
    cat $EXPORT/first
    echo 'from the server' >$EXPORT/$1
    dd if=$MOUNTED/$1 bs=100 count=1 2>/dev/null
    head -c 8192 /dev/zero >$MOUNTED/long
    nfs use $MOUNTED/long
    # A server of version 4 locks nothing for its first minute.
    [ $1 = by3 ] && nfs lock $MOUNTED/long
    mkdir $MOUNTED/folder
    mv $MOUNTED/first $MOUNTED/second
    rm $MOUNTED/second
    rmdir $MOUNTED/folder
    umount $MOUNTED
}
mount -i -t nfs4 -o addr=127.0.0.1,clientaddr=127.0.0.1,vers=4.2,wsize=4096 127.0.0.1:/ $MOUNTED
use by4
exec 5<>/proc/fs/nfsd/filehandle
echo "local $EXPORT 64" >&5
head -n 1 <&5 >handle
exec 5>&-
nfs mount3 $MOUNTED <handle
use by3

echo 0 >/proc/fs/nfsd/threads
kill $helpers
wait $helpers
umount /proc/fs/nfsd
umount $RPC
for cache in auth.unix.ip nfsd.export nfsd.fh; do date +%s >/proc/net/rpc/$cache/flush; done
umount $EXPORT
tapc_modules unload
