mkdir -p /tmp/groups
mount -t cgroup2 none /tmp/groups
echo "root=$(stat -c %i /tmp/groups)" >>"$BIND"
mkdir /tmp/groups/outer
mkdir /tmp/groups/outer/inner
echo "outer=$(stat -c %i /tmp/groups/outer)" >>"$BIND"
echo "inner=$(stat -c %i /tmp/groups/outer/inner)" >>"$BIND"
sh -c 'echo $$ >/tmp/groups/outer/inner/cgroup.procs; exec calls getppid 1'
# That nobody is in it any more comes a little later.
until grep -q 'populated 0' /tmp/groups/outer/cgroup.events; do sleep 0.02; done
echo 1 >/tmp/groups/outer/cgroup.freeze
echo 0 >/tmp/groups/outer/cgroup.freeze
rmdir /tmp/groups/outer/inner
rmdir /tmp/groups/outer
umount /tmp/groups
