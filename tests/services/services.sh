#!/usr/bin/env bash
# Real services for tests, on free loopback ports: PostgreSQL 17 with TimescaleDB and pgvector, which Debian 12 does not
# have and Debian 13 does (docs/guide-operators.md), run in a folder of its own; and Mosquitto with untouched defaults.
#
#   services.sh prepare          makes the folder of Debian 13 unless it stands (as root, once; about a minute)
#   services.sh start STATE      starts both; STATE/environment names them as SENTIA_TEST_…
#   services.sh stop STATE       stops what `start` started and removes its data
#
# It never touches a server that it did not start, and listens on loopback only.
set -euo pipefail

cache="${XDG_CACHE_HOME:-$HOME/.cache}/sentia-services"
rootfs="$cache/debian-13-postgresql-17"
pg=/usr/lib/postgresql/17/bin

# Downloads fail now and then; nothing else is tried again.
retry() {
  local try
  for try in 1 2 3; do
    "$@" && return 0
    echo "services: try $try of '$1' failed" >&2
    sleep 5
  done
  return 1
}

prepare() {
  [ -e "$rootfs/.complete" ] && return 0
  [ "$(id -u)" = 0 ] || { echo "services: making $rootfs needs root" >&2; exit 1; }
  command -v debootstrap >/dev/null || { echo "services: debootstrap is not installed" >&2; exit 1; }
  local codename mirror
  codename="$(. /etc/os-release && echo "$VERSION_CODENAME")"
  mirror="$(apt-get indextargets --format '$(SITE) $(RELEASE)' | awk -v r="$codename" '$2 == r { print $1; exit }')"
  mkdir -p "$cache"
  make_rootfs() {
    rm -rf "$rootfs.new"
    debootstrap --variant=minbase \
      --include=postgresql-17,postgresql-17-pgvector,postgresql-17-timescaledb \
      trixie "$rootfs.new" ${mirror:+"$mirror"} >"$cache/debootstrap.log" 2>&1 || { tail -n 5 "$cache/debootstrap.log" >&2; return 1; }
  }
  retry make_rootfs
  rm -rf "$rootfs"
  mv "$rootfs.new" "$rootfs"
  rm -rf "$rootfs/var/cache/apt/archives"/*.deb
  touch "$rootfs/.complete"
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

mount_rootfs() {
  mountpoint -q "$rootfs/proc" || mount --bind /proc "$rootfs/proc"
  mountpoint -q "$rootfs/dev" || mount --bind /dev "$rootfs/dev"
  # PostgreSQL's parallel queries keep shared memory there.
  mkdir -p /dev/shm && chmod 1777 /dev/shm
}

as_postgres() { chroot --userspec=postgres:postgres "$rootfs" "$@"; }

start_postgres() {
  local state="$1" data port
  mount_rootfs
  data="/var/lib/postgresql/test-$$"
  port="$(free_port)"
  as_postgres /usr/bin/env -i LC_ALL=C.UTF-8 "$pg/initdb" -D "$data" --auth=trust --username=postgres --no-sync >/dev/null
  # What tests need beside the defaults: their own port and the extension's library; no background worker, which would
  # hold template databases open while tests copy them; no forcing to disk, since a power cut is not what they test.
  cat >>"$rootfs$data/postgresql.conf" <<-CONF
	listen_addresses = '127.0.0.1'
	port = $port
	unix_socket_directories = '/tmp'
	shared_preload_libraries = 'timescaledb'
	timescaledb.max_background_workers = 0
	timescaledb.telemetry_level = off
	max_connections = 200
	fsync = off
	full_page_writes = off
	CONF
  # One login that must know its password, for the test that does not.
  sed -i '1i host all guarded_login 127.0.0.1/32 scram-sha-256' "$rootfs$data/pg_hba.conf"
  echo "$data" >"$state/postgres.data"
  as_postgres /usr/bin/env -i LC_ALL=C.UTF-8 "$pg/pg_ctl" -D "$data" -w -t 60 -l "$data/server.log" start >/dev/null
  echo "SENTIA_TEST_PG_EXTENSIONS=$rootfs/usr/share/postgresql/17/extension" >>"$state/environment"
  echo "SENTIA_TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres" >>"$state/environment"
}

stop_postgres() {
  local state="$1" data
  [ -e "$state/postgres.data" ] || return 0
  data="$(cat "$state/postgres.data")"
  as_postgres /usr/bin/env -i "$pg/pg_ctl" -D "$data" -m immediate -w -t 30 stop >/dev/null || true
  cp "$rootfs$data/server.log" "$state/postgres.log" 2>/dev/null || true
  rm -rf "${rootfs:?}$data" "$state/postgres.data"
  # Another run may still use the folder.
  if ! ls -d "$rootfs"/var/lib/postgresql/test-* >/dev/null 2>&1; then
    umount "$rootfs/dev" "$rootfs/proc" 2>/dev/null || true
  fi
}

start_mosquitto() {
  local state="$1" port
  port="$(free_port)"
  # Without a configuration file Mosquitto 2 listens on loopback and takes everybody: its defaults.
  mosquitto -p "$port" >"$state/mosquitto.log" 2>&1 &
  echo $! >"$state/mosquitto.pid"
  echo "SENTIA_TEST_MQTT_URL=mqtt://127.0.0.1:$port" >>"$state/environment"
}

stop_mosquitto() {
  local state="$1"
  [ -e "$state/mosquitto.pid" ] || return 0
  kill "$(cat "$state/mosquitto.pid")" 2>/dev/null || true
  rm -f "$state/mosquitto.pid"
}

case "${1:-}" in
  prepare) prepare ;;
  start)
    mkdir -p "$2"
    : >"$2/environment"
    prepare
    start_mosquitto "$2"
    start_postgres "$2"
    ;;
  stop)
    stop_mosquitto "$2"
    stop_postgres "$2"
    ;;
  *)
    sed -n '2,11p' "$0" | cut -c3-
    exit 2
    ;;
esac
