echo "mark it" >/dev/null
sleep 1
