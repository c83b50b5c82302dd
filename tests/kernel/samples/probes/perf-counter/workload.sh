calls write 10
i=0
while [ $i -lt 20 ]; do
	calls write 1
	i=$((i + 1))
done
