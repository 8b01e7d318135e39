#!/bin/bash
# The contract of the official image: the command "eswrapper" starts the server with every environment entry named
# like a setting (discovery.type=single-node) as an option; any other command is run as it is given.
set -euo pipefail
umask 0002
home=/usr/share/elasticsearch

# Root drops its privileges before the server starts.
as_elasticsearch=()
if [[ $(id -u) == 0 ]]; then
  as_elasticsearch=(setpriv --reuid=1000 --regid=1000 --groups=0 --)
fi

if [[ ${1:-eswrapper} != eswrapper ]]; then
  [[ ${1##*/} == elasticsearch ]] || exec "$@"
  exec "${as_elasticsearch[@]}" "$@"
fi

if [[ -n ${ELASTIC_PASSWORD:-} ]]; then
  echo >&2 "ELASTIC_PASSWORD has no effect: this is the OSS server, which has no passwords. Protect port 9200 with a network policy."
fi
if [[ $(id -u) == 0 && -n ${TAKE_FILE_OWNERSHIP:-} ]]; then chown -R 1000:0 $home/data $home/logs; fi
if ! "${as_elasticsearch[@]}" test -w $home/data; then
  echo >&2 "$home/data belongs to $(stat --format='%u:%g (mode %a)' $home/data), and Elasticsearch ($("${as_elasticsearch[@]}" id -u):0)" \
    "cannot write there. Where the volume lives: chown -R 1000:0 its directory."
fi

settings=()
while IFS= read -r -d '' entry; do
  if [[ $entry =~ ^([a-z0-9_]+\.[a-z0-9_]+[^=]*|processors)=. ]]; then settings+=("-E$entry"); fi
done </proc/self/environ

# The JVM sees the host's path of its control group, the container mounts it as /.
export ES_JAVA_OPTS="-Des.cgroups.hierarchy.override=/ ${ES_JAVA_OPTS:-}"

exec "${as_elasticsearch[@]}" $home/bin/elasticsearch "${settings[@]}"
