// Small memory without a detour. A part of scripts/patch-engine.mjs.
export const memory = [
  {
    // Every second call of the engine's memory is for a small block of a class that has a free one.
    what: "taking small memory",
    place: /^void \*js_malloc_rt\(JSRuntime \*rt, size_t size\)\n\{\n    void \*ptr;\n    JSMallocState \*s;\n/gm,
    times: 1,
    by: (head) =>
      `static inline void *engine_malloc_small(JSRuntime *rt, size_t size)
{
    size_t total = ((size + JS_ARENA_ALIGN - 1) & ~(size_t)(JS_ARENA_ALIGN - 1)) + sizeof(JSMallocBlockHeader);
    if (unlikely(size - 1 >= 256 - sizeof(JSMallocBlockHeader) - JS_ARENA_ALIGN))
        return NULL;
    int class = arena_get_size_index(total);
    struct list_head *head = &rt->arena_state.free_arena_list[class], *link = head->next;
    if (unlikely(link == head))
        return NULL;
    JSArena *arena = list_entry(link, JSArena, free_link);
    unsigned int block_size = arena_block_sizes[class], at = arena->first_free_block;
    JSMallocBlockHeader *block = arena_get_block(arena, at, block_size);
    arena->first_free_block = block->u.free_next;
    block->u.block_idx = at;
    if (unlikely(++arena->n_used_blocks == arena->n_blocks))
        list_del(link);
    rt->malloc_state.malloc_count++;
    rt->malloc_state.malloc_size += block_size - sizeof(JSMallocBlockHeader) + MALLOC_OVERHEAD;
    return block->user_data;
}

${head}
    ptr = engine_malloc_small(rt, size);
    if (likely(ptr != NULL))
        return ptr;
`
  },
  {
    what: "giving small memory back",
    place:
      /^(void js_free_rt\(JSRuntime \*rt, void \*ptr\)\n\{\n    JSMallocState \*s;\n\n    if \(!ptr\)\n        return;\n)/gm,
    times: 1,
    by: (head) =>
      `${head}
    JSMallocBlockHeader *block = container_of(ptr, JSMallocBlockHeader, user_data);
    if (likely(block->u.block_idx != JS_ARENA_FREE_NIL)) {
        unsigned int at = block->u.block_idx, block_size = arena_block_sizes[block->block_size_idx];
        JSArena *arena = (JSArena *)((uint8_t *)block - (size_t)block_size * at - sizeof(JSArena));
        rt->malloc_state.malloc_count--;
        rt->malloc_state.malloc_size -= block_size - sizeof(JSMallocBlockHeader) + MALLOC_OVERHEAD;
        if (likely(arena->n_used_blocks != arena->n_blocks && arena->n_used_blocks > 1)) {
            block->u.free_next = arena->first_free_block;
            arena->first_free_block = at;
            arena->n_used_blocks--;
            return;
        }
        js_arena_free(rt, ptr);
        return;
    }
`
  },
  {
    // A page that is given back and taken again at once is cut into blocks each time.
    what: "keeping the last page of a size",
    place: /if \(unlikely\(ar->n_used_blocks == 0\)\) \{/g,
    times: 1,
    by: () => "if (unlikely(ar->n_used_blocks == 0) && ar->free_link.next != ar->free_link.prev) {"
  }
]
