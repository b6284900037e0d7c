// Carries the precompiled form of catch.hpp, which every test program reuses.

#include "support/catch.hpp"
