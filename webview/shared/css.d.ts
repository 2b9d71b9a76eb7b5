/** Style sheets that esbuild puts into the bundle's .css file. */
declare module '*.css';
