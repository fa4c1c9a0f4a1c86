#!/usr/bin/env node
// Is there before the build, so that an install can link it.
import '../dist/cli/main.js'
