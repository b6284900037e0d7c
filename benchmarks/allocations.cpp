// Counts allocations: the global operator new of the benchmark program.

#include <cstddef>
#include <cstdlib>
#include <new>

#include "measure.hpp"

namespace {

std::size_t count = 0; // the benchmarks run in one thread

void* allocate(std::size_t size) {
    ++count;
    if (void* const memory = std::malloc(size != 0 ? size : 1))
        return memory;
    throw std::bad_alloc{};
}

} // namespace

std::size_t meterlink::bench::allocation_count() noexcept { return count; }

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
