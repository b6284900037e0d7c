#include "allocations.hpp"

#include <cstdlib>
#include <memory>
#include <new>

#include "support/catch.hpp"

namespace {

std::size_t allocations = 0;

} // namespace

// Replaced for the whole program; what is allocated is as ever.
void* operator new(std::size_t size) {
    ++allocations;
    if (void* const out = std::malloc(size == 0 ? 1 : size))
        return out;
    std::abort();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return operator new(size); }
void operator delete(void* what, const std::nothrow_t&) noexcept { std::free(what); }
void operator delete(void* what) noexcept { std::free(what); }
void operator delete(void* what, std::size_t) noexcept { std::free(what); }

std::size_t meterlink::test::allocations_so_far() noexcept { return allocations; }

TEST_CASE("what is allocated is counted") {
    const auto before = meterlink::test::allocations_so_far();
    const auto one = std::make_unique<long>(1);
    const auto after = meterlink::test::allocations_so_far();
    CHECK(*one == 1);
    CHECK(after == before + 1);
}
