# Waits until every migration that this image knows has been run by the Job. Half an hour at most, then kubelet tries again.
trap 'exit 143' TERM
tries=0
while [ "$tries" -lt 300 ]; do
  shown=$(node node_modules/typeorm/cli.js migration:show -d ormconfig.js 2>&1) || true
  finished=$(printf '%s\n' "$shown" | grep -c '\[X\]')
  pending=$(printf '%s\n' "$shown" | grep -c '\[ \]')
  if [ "$finished" -gt 0 ] && [ "$pending" -eq 0 ]; then
    echo "all $finished migrations are done"
    exit 0
  fi
  if [ "$pending" -gt 0 ]; then
    echo "waiting for the Job of the migrations: $pending of $((finished + pending)) are left"
  else
    echo "waiting for the migrations, but cannot see them: $(printf '%s\n' "$shown" | grep -m 1 'rror: ')"
  fi
  tries=$((tries + 1))
  sleep 5
done
exit 1
