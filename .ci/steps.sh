# What the steps of .ci/run do where one command is not enough.

# Installs by name what is missing; on a machine that has it, nothing is touched.
tools() {
  local missing=()
  { command -v cc && command -v g++; } >/dev/null || missing+=(build-essential)
  command -v python3 >/dev/null || missing+=(python3)
  python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
  # For the team's tests: sshd and ssh on loopback, accounts, systemd's own checks of the units.
  [ -x /usr/sbin/sshd ] || missing+=(openssh-server)
  command -v ssh >/dev/null || missing+=(openssh-client)
  command -v useradd >/dev/null || missing+=(passwd)
  command -v setpriv >/dev/null || missing+=(util-linux)
  command -v systemd-analyze >/dev/null || missing+=(systemd)
  if [ "${#missing[@]}" -gt 0 ]; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
  fi
  command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
  cargo --version
  cargo clippy --version
  cargo fmt --version
  python3 --version
}

# Two versions of one of these in the tree draw with two sets of types (or measure widths in two ways).
one_version() {
  local crate versions
  for crate in "$@"; do
    versions=$(cargo tree --locked --edges normal --target all --prefix none --format '{p}' \
      | awk -v crate="$crate" '$1 == crate { print $2 }' | sort -u)
    [ "$(printf '%s\n' "$versions" | grep -c .)" = 1 ] || {
      printf '%s: expected one version, found: %s\n' "$crate" "$(echo $versions)"
      cargo tree --locked --edges normal --duplicates
      return 1
    }
    printf '%s %s\n' "$crate" "$versions"
  done
}

# deny.toml is the rule; cargo-deny checks it where it is installed, else the licences are compared here.
licences() {
  if command -v cargo-deny >/dev/null; then
    cargo deny --locked check --hide-inclusion-graph licenses bans sources
  else
    python3 .ci/licences.py deny.toml
  fi
}

# A virtual environment with MLflow, kept between runs outside the checkout. Where it cannot be had, the run is red.
sdk() {
  local venv="$1/venv" wanted="3.17.2"
  if ! "$venv/bin/python" -c "import mlflow, pandas, flask_wtf; assert mlflow.__version__ == '$wanted'" 2>/dev/null; then
    rm -rf "$venv"
    mkdir -p "$1"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "mlflow==$wanted" Flask-WTF
  fi
  "$venv/bin/python" -c "import mlflow; print('mlflow', mlflow.__version__)"
}

# One target of fuzz/ for a minute, from its seeds. Without a sanitizer it runs on stable; the input that breaks it is kept
# in fuzz/artifacts. The seed of chance is fixed, so that a red step speaks of the change and not of luck; look further with
# other seeds by hand.
fuzz() {
  mkdir -p "fuzz/corpus/$1"
  cargo fuzz run -s none "$1" "fuzz/corpus/$1" "fuzz/seeds/$1" -- -seed=1 -max_total_time=60 -print_final_stats=1
}
