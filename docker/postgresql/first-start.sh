#!/bin/bash
# first-start.sh SOCKET_DIR [OPTION...]: makes the database cluster in $PGDATA and runs what lies in
# /docker-entrypoint-initdb.d, on a server that listens on a socket only.
set -euo pipefail

socket_dir=$1
shift

fail() { printf '%s\n' "$@" >&2; exit 1; }

# from_file NAME DEFAULT: the variable NAME, or the content of the file that NAME_FILE names.
from_file() {
  local file_name=${1}_FILE
  if [[ -n ${!1:-} && -n ${!file_name:-} ]]; then fail "$1 and $file_name are both set. Keep one."; fi
  if [[ -n ${!file_name:-} ]]; then
    [[ -r ${!file_name} ]] || fail "$file_name names ${!file_name}, which cannot be read."
    printf -v "$1" %s "$(<"${!file_name}")"
  fi
  printf -v "$1" %s "${!1:-$2}"
  unset "$file_name"
}
from_file POSTGRES_PASSWORD ''
from_file POSTGRES_USER postgres
from_file POSTGRES_DB "$POSTGRES_USER"
from_file POSTGRES_INITDB_ARGS ''

method=${POSTGRES_HOST_AUTH_METHOD:-}
[[ -n $POSTGRES_PASSWORD || $method == trust ]] || fail \
  "The superuser would have no password. Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE," \
  "or let anybody in with POSTGRES_HOST_AUTH_METHOD=trust."
export POSTGRES_USER POSTGRES_DB PGPASSWORD=$POSTGRES_PASSWORD

# initdb wants a name for its user, which an arbitrary uid lacks.
if ! getent passwd "$(id -u)" >/dev/null; then
  NSS_WRAPPER_PASSWD=$(mktemp)
  export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP=/etc/group LD_PRELOAD=libnss_wrapper.so
  printf 'postgres:x:%s:%s::%s:/bin/false\n' "$(id -u)" "$(id -g)" "$PGDATA" >"$NSS_WRAPPER_PASSWD"
fi
password=()
if [[ -n $POSTGRES_PASSWORD ]]; then
  exec 3< <(printf '%s\n' "$POSTGRES_PASSWORD")
  password=(--pwfile=/dev/fd/3)
fi
eval "initdb --pgdata=\"\$PGDATA\" --username=\"\$POSTGRES_USER\" \"\${password[@]}\" $POSTGRES_INITDB_ARGS"
exec 3<&-
touch "$PGDATA/first-start-unfinished"
if [[ -n ${NSS_WRAPPER_PASSWD:-} ]]; then
  rm "$NSS_WRAPPER_PASSWD"
  unset LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
fi

printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
printf 'host all all all %s\n' "${method:-$(postgres -C password_encryption)}" >>"$PGDATA/pg_hba.conf"

options=$(printf '%q ' "$@" -c listen_addresses= -c "unix_socket_directories=$socket_dir" -p "${PGPORT:-5432}")
pg_ctl --options="$options" --wait start

query=(psql --host="$socket_dir" -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username="$POSTGRES_USER")
if [[ $POSTGRES_DB != postgres ]]; then
  "${query[@]}" --dbname=postgres -v name="$POSTGRES_DB" <<<'CREATE DATABASE :"name"'
fi
shopt -s nullglob
for script in /docker-entrypoint-initdb.d/*; do
  echo "running $script"
  case $script in
    *.sh) if [[ -x $script ]]; then "$script"; else . "$script"; fi ;;
    *.sql) "${query[@]}" --dbname="$POSTGRES_DB" --file="$script" ;;
    *.sql.gz) gunzip --stdout "$script" | "${query[@]}" --dbname="$POSTGRES_DB" ;;
    *) echo "not a script: $script" ;;
  esac
done

pg_ctl --mode=fast --wait stop
rm "$PGDATA/first-start-unfinished"
