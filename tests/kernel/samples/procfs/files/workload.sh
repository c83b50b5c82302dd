cd /proc/systemtap/$MODULE || exit 1
tell() { echo "$1" >command; }
for file in count deep deep/er deep/er/list deep/note who command; do tell "$(stat -c %a $file) $file"; done
tell "$(cat count)"
# Byte by byte, in several reads of one opening: the handler has run once.
tell "$(dd if=count bs=1 2>/dev/null)"
exec 3<count
tell "$(dd bs=3 count=1 <&3 2>/dev/null)"
tell "$(cat <&3)"
exec 3<&-
for i in 7 3 7; do echo $i >deep/er/list; done
for i in 7 3 7; do echo $i; done >deep/er/list
tell "$(cat deep/er/list | tr '\n' ' ')"
printf 'no end of line' >deep/note
printf '' >deep/note
tell "$(cat who)"
cat command 2>/dev/null && exit 1
tell stop
