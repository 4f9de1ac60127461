# What is run how. `make` alone builds; `make test` is what CI runs.

TARGET := $(shell rustc -vV | sed -n 's/^host: //p')
STATIC := RUSTFLAGS="-C target-feature=+crt-static -C relocation-model=static"
PREFIX ?= /usr/local

.PHONY: rebuild-lab rebuild-small replay-lab lint-generated enroll-side-by-side all agent agent-arm64 repot-arm64 install test test-fast test-lab measure fuzz docs bless clean-lab bench bench-e2e fuzz-nginx fuzz-apache test-embedded serverspec material \
  test-browser bench-report test-tutorial packages deb rpm image schemas deny sbom reproducible try-lab try-lab-rolling

# Static too: it runs on any Linux, and starts in two thirds of the time.
all: agent
	$(STATIC) cargo build --release --locked -p repot --target $(TARGET) --target-dir target/static
	mkdir -p target/release
	install -m 755 target/static/$(TARGET)/release/repot target/agent/repot-agent target/release/

# The agent travels: static, so that it runs on any Linux since 3.2 whatever its C library.
agent:
	$(STATIC) cargo build --locked -p repot-agent --profile agent --target $(TARGET) --target-dir target/static
	mkdir -p target/agent
	install -m 755 target/static/$(TARGET)/agent/repot-agent target/agent/repot-agent

# The same for 64-bit ARM, on any machine: Rust brings the C library and a linker for it. Beside `repot` it is sent to such hosts.
agent-arm64:
	rustup target list --installed | grep -qx aarch64-unknown-linux-musl || rustup target add aarch64-unknown-linux-musl
	CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld $(STATIC) \
	  cargo build --locked -p repot-agent --profile agent --target aarch64-unknown-linux-musl --target-dir target/static
	mkdir -p target/agent
	install -m 755 target/static/aarch64-unknown-linux-musl/agent/repot-agent target/agent/repot-agent-aarch64

# repot itself for 64-bit ARM, static, in target/arm64 with both agents (Debian: gcc-aarch64-linux-gnu libc6-dev-arm64-cross).
# It has C in it (PCRE2, parsers of Bash, Python and Ruby), so it takes a compiler for that machine.
repot-arm64: agent agent-arm64
	@command -v aarch64-linux-gnu-gcc >/dev/null || { echo "repot-arm64: there is no aarch64-linux-gnu-gcc: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross" >&2; exit 1; }
	rustup target list --installed | grep -qx aarch64-unknown-linux-gnu || rustup target add aarch64-unknown-linux-gnu
	CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc $(STATIC) \
	  cargo build --release --locked -p repot --target aarch64-unknown-linux-gnu --target-dir target/static
	mkdir -p target/arm64
	install -m 755 target/static/aarch64-unknown-linux-gnu/release/repot target/arm64/repot
	install -m 755 target/agent/repot-agent-aarch64 target/arm64/repot-agent
	install -m 755 target/agent/repot-agent target/arm64/repot-agent-x86_64

# BUILT=DIR takes binaries that are built already.
BUILT ?= target/release
install: $(if $(filter target/release,$(BUILT)),all)
	install -D -m 755 $(BUILT)/repot $(DESTDIR)$(PREFIX)/bin/repot
	install -D -m 755 $(BUILT)/repot-agent $(DESTDIR)$(PREFIX)/bin/repot-agent
	for other in $(BUILT)/repot-agent-*; do [ ! -f "$$other" ] || install -m 755 "$$other" $(DESTDIR)$(PREFIX)/bin/; done
	$(BUILT)/repot --quiet man $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,bash-completion/completions zsh/site-functions fish/vendor_completions.d)
	$(BUILT)/repot completions bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/repot
	$(BUILT)/repot completions zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_repot
	$(BUILT)/repot completions fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/repot.fish

# Everything that a fresh machine can run; installs what it needs.
test:
	./test all

# Without the lab.
test-fast:
	./test fast

# Only the lab.
test-lab:
	./test lab

# The goals on the lab: kill rate, false alarms, brevity. Long, and not all met: see docs/src/measurements.md.
measure:
	./test measure

# Every parser under libFuzzer, SECONDS each (stable Rust and a C++ compiler). The ordinary tests run each one shortly.
SECONDS ?= 60
fuzz:
	crates/fuzz/run $(SECONDS)

# The nginx reader against a real nginx: CONFIGS configurations by chance, 250 requests to each.
CONFIGS ?= 2000
fuzz-nginx:
	REPOT_FUZZ_CONFIGS=$(CONFIGS) cargo test --release -p repot-nginx --test real -- --nocapture it_says

# The same for Apache (Debian: apache2-bin).
fuzz-apache:
	REPOT_FUZZ_CONFIGS=$(CONFIGS) cargo test --release -p repot-apache --test real -- --nocapture it_says

# Side by side with ServerSpec, testinfra, find, ssh and Ansible; fails where a goal is missed. SECTION=checks measures only that.
bench:
	bench/run $(SECTION)

# `repot e2e` beside bare hurl on the same 200 requests; prints the ratio.
bench-e2e: all
	bench/e2e target/release/repot

# What other people published, imported: which share of its statements is understood. Fetches packages of Debian and PyPI.
material:
	cargo build --locked -p repot
	bench/material target/debug/repot

# A ServerSpec tree imported and verified by repot, beside ServerSpec itself, on a host of the lab (which it is installed into).
HOST ?= web-03
serverspec: agent
	cargo build --locked -p repot
	bench/serverspec $(HOST) target/debug/repot

# The tests of `repot e2e` with hurl's library in place of its program (Debian: libxml2-dev libcurl4-openssl-dev libssl-dev).
test-embedded:
	LIBXML2=$$(pkg-config --variable=libdir libxml-2.0)/libxml2.so REPOT_HURL=embedded \
	  cargo test --locked -p repot --features embedded --test e2e

# The round trip on the lab: capture, generate, build a bare base, verify, e2e, check mode, diff, replay. Prints the time of
# each stage; needs hurl and ansible-playbook with its collections (pip install ansible).
rebuild-lab: agent
	cargo build --locked -p repot
	lab/rebuild --replay

# The same with a small host, as CI runs it.
rebuild-small: agent
	cargo build --locked -p repot
	lab/rebuild --small

# Two equal hosts, and 24 differences planted on one of them, one at a time: `repot replay` is to find each.
replay-lab: agent
	cargo build --locked -p repot
	lab/up replay-01
	lab/up replay-02
	lab/replay replay-01 replay-02

# What repot generated in PROJECT, held against ansible-lint, actionlint, the services' schemas, ShellCheck and terraform fmt.
PROJECT ?= .
lint-generated:
	lab/lint-generated $(PROJECT)

# Enroll (PyPI) and repot on the same host: see the head of the script for what has to run before.
enroll-side-by-side:
	lab/enroll-side-by-side $(OLD) $(NEW_REPOT) $(NEW_ENROLL)

# The lab's chat from its host into pods, proven there: about ten minutes the first time. `try-lab-rolling` also restarts the
# pods ten times under load and counts what is lost.
try-lab:
	cargo build --locked -p repot
	lab/try web-03

try-lab-rolling:
	cargo build --locked -p repot
	lab/try --rolling web-03

# The book, in docs/book. Its reference pages are made of the code: `make bless` rewrites them, and what the docs show.
docs:
	docs/build

bless:
	REPOT_BLESS=1 cargo test -q -p repot-exchange --test reference
	REPOT_BLESS=1 cargo test -q -p repot --bin repot --test docs

# The pages of `repot report` in a headless Chromium (Debian: chromium, nodejs, npm): filters, links, keyboard, hostile
# contents, axe-core.
test-browser:
	crates/repot/tests/browser/run

# The same, and how fast a page of 50,000 rows and 1,000 machines opens and filters.
bench-report:
	crates/repot/tests/browser/run large

# The guide through the seven steps, typed on the lab: long.
test-tutorial:
	./test tutorial

# Packages with agent, completions and man pages, in target/packages. They need cargo-deb and cargo-generate-rpm.
packages: deb rpm

TOOLS := PATH="$(CURDIR)/target/tools/bin:$$PATH"
define tool
	@$(TOOLS) command -v $(1) >/dev/null || nice cargo install --quiet --locked --root target/tools $(1)
endef

target/packages/root: FORCE
	rm -rf $@
	$(MAKE) --no-print-directory install DESTDIR=$(CURDIR)/$@ PREFIX=/usr
FORCE:

deb: target/packages/root
	$(call tool,cargo-deb)
	$(TOOLS) cargo deb --quiet -p repot --no-build --no-strip --output target/packages/repot.deb

rpm: target/packages/root
	$(call tool,cargo-generate-rpm)
	$(TOOLS) cargo generate-rpm -p crates/repot --output target/packages/repot.rpm

# A container image of the Debian package. BASE=IMAGE takes another base.
image: deb
	podman build --ignorefile /dev/null $(if $(BASE),--build-arg BASE=$(BASE)) -t repot -f packaging/Containerfile .

# The schemas of every format, as they are published for editors; packaging/schemastore.json names them.
schemas:
	cargo build --locked -p repot
	target/debug/repot schema --all target/schema

# Licences, sources and advisories of all dependencies. The advisories are fetched from GitHub: where that cannot be reached
# it fails, and says so after all else was checked.
deny:
	$(call tool,cargo-deny)
	$(TOOLS) cargo deny --workspace check bans licenses sources
	$(TOOLS) cargo deny --workspace check advisories || { echo "deny: the advisories were not checked, or one holds: see above" >&2; exit 1; }

# What it is made of, as CycloneDX, in target/packages.
sbom:
	$(call tool,cargo-cyclonedx)
	mkdir -p target/packages
	$(TOOLS) cargo cyclonedx --format json --override-filename repot.cdx --quiet --manifest-path crates/repot/Cargo.toml
	mv crates/repot/repot.cdx.json target/packages/
	find crates -name repot.cdx.json -delete

# The same bytes from two places: WHAT=agent or repot.
WHAT ?= agent
reproducible:
	packaging/reproducible $(WHAT)

clean-lab:
	lab/down
