# Seller Portal: "make up" runs it, "make help" lists the rest.
# PORT and PORTAL_VAR set the port and the folder; ARGS adds arguments.

.DEFAULT_GOAL := help
.PHONY: help up test soak check bench screens lock

python := .venv/bin/python
# Root starts it, an ordinary user runs it; caches go where that user may write.
account := $(python) -m sellerportal.local.account
cache := $(or $(PORTAL_VAR),$(CURDIR)/var)/cache
export MYPY_CACHE_DIR := $(cache)/mypy
export RUFF_CACHE_DIR := $(cache)/ruff
export COVERAGE_FILE := $(cache)/coverage
export HYPOTHESIS_STORAGE_DIRECTORY := $(cache)/hypothesis

# All tests: on every core, with branch coverage and its gate.
everything := -n auto --dist loadfile --cov --cov-report=term

# Recipes end in exec, so that a signal to make reaches the program itself.

help: ## List the targets
	@sed -n 's/^\([a-z]*\): ## /  make \1\t/p' $(MAKEFILE_LIST)

up: ## Run the portal on this machine until Ctrl-C
	@sh sellerportal/local/environment.sh requirements.txt
	@exec $(python) manage.py up $(ARGS)

test: ## Run all tests (ARGS="tests/vault -k name" for some, BROWSER=none without browser)
	@sh sellerportal/local/environment.sh requirements-dev.txt
	@sh sellerportal/local/browser.sh
	@exec $(account) $(python) -m pytest $(or $(ARGS),$(everything))

soak: ## Faults and simulations for long: 200 kills, 10 crashes (SOAK_KILLS=50 SOAK_SEED=7 …)
	@sh sellerportal/local/environment.sh requirements-dev.txt
	@exec $(account) $(python) -m tests.soak $(ARGS)

check: ## Check style, types, import rules, migrations, deployment settings, templates
	@sh sellerportal/local/environment.sh requirements-dev.txt
	$(account) .venv/bin/ruff check .
	$(account) .venv/bin/ruff format --check .
	$(account) .venv/bin/mypy .
	$(account) .venv/bin/lint-imports --cache-dir $(cache)/imports
	$(account) .venv/bin/djlint --quiet --lint templates
	$(account) $(python) manage.py makemigrations --check --dry-run
	@PORTAL_MODE=production ALLOWED_HOSTS=portal.example \
		PORTAL_ADDRESS=https://portal.example \
		EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend \
		DATABASE_URL=postgresql://sp_app@localhost/portal \
		SECRET_KEY=$$($(python) -c 'import secrets; print(secrets.token_urlsafe(64))') \
		$(account) $(python) manage.py check --deploy --fail-level WARNING

bench: ## Measure, and print figures (ARGS="name" for some)
	@sh sellerportal/local/environment.sh requirements-dev.txt
	@exec $(account) $(python) -m bench $(ARGS)

screens: ## Take a picture of every page of the demo, into docs/screens (ARGS="name" for some)
	@sh sellerportal/local/environment.sh requirements-dev.txt
	@sh sellerportal/local/browser.sh
	@exec $(python) -m screens $(ARGS)

lock: ## Write the pinned requirements from pyproject.toml
	@sh sellerportal/local/environment.sh requirements-dev.txt
	.venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-strip-extras --no-annotate -q \
		-o requirements.txt
	.venv/bin/uv pip compile pyproject.toml --group dev -c requirements.txt --universal \
		--python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras \
		--no-annotate -q -o requirements-dev.txt
