# syntax=docker/dockerfile:1
# Tested without Docker by `npm run test:docker`, which runs these steps in a plain folder.

FROM node:20-slim AS build
WORKDIR /app
# First the dependencies, in a layer of their own; `prepare` would build sources that are not there yet.
COPY package.json package-lock.json ./
RUN npm pkg delete scripts.prepare && npm install --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --ignore-scripts --omit=dev --no-audit --no-fund

FROM node:20-slim
ENV NODE_ENV=production
ENV PARLANCE_DATA_FOLDER=/var/lib/parlance
# LMDB asks for 2 MiB per open store and hardly touches them. glibc, once it has seen such a block freed, keeps the next
# ones for good, and clears them, which makes them resident; unless the size from which it maps blocks is fixed.
ENV MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/conversations conversations
RUN mkdir -p /var/lib/parlance && chown 1000:1000 /var/lib/parlance
# The image's user `node`, as a number: Kubernetes can then see that it is not root.
USER 1000:1000
VOLUME /var/lib/parlance
EXPOSE 8080
HEALTHCHECK --start-period=60s --interval=10s --timeout=5s CMD node -e "fetch('http://127.0.0.1:' + (process.env.PARLANCE_HTTP_PORT || 8080) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
# Node is process 1: the platform answers SIGTERM itself and leaves no children behind, so no init is needed.
CMD ["node", "--enable-source-maps", "dist/runtime/cli/parlance.js", "start"]
